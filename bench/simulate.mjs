// Decides the requests of one job with iam-simulate, validation included, and prints how long it took.
// In (standard input): {policy, requests: [{principal, action, resource, account, context}]}
// Out: {seconds, allowed}
import path from "node:path";
import { pathToFileURL } from "node:url";

const file = path.join(process.argv[2], "node_modules", "@cloud-copilot", "iam-simulate", "dist", "esm", "index.js");
const { runSimulation } = await import(pathToFileURL(file).href);
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { policy, requests } = JSON.parse(Buffer.concat(chunks).toString("utf8"));

async function decide({ principal, action, resource, account, context }) {
  const simulation = {
    request: { principal, action, resource: { resource, accountId: account }, contextVariables: context },
    identityPolicies: [],
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    resourcePolicy: policy,
  };
  const result = await runSimulation(simulation, {});
  if (result.resultType === "error") throw new Error(JSON.stringify(result.errors));
  return result.overallResult === "Allowed" || result.result?.evaluationResult === "Allowed";
}

for (const request of requests.slice(0, 200)) await decide(request);
const began = process.hrtime.bigint();
let allowed = 0;
for (const request of requests) allowed += await decide(request);
console.log(JSON.stringify({ seconds: Number(process.hrtime.bigint() - began) / 1e9, allowed }));
