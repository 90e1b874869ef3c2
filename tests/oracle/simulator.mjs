// Asks iam-simulate: one JSON object a line in, one JSON object a line out, in the same order.
// In:  {resource, trust, identity: [...], boundaries: [...], requests: [{principal, action, resource, account, context}]}
// Out: {invalid: [...], answers: [{result, statements: {policy: [[principal, action, resource, [condition, ...]], ...]}}]}
import path from "node:path";
import readline from "node:readline";
import { pathToFileURL } from "node:url";

const packages = path.join(process.argv[2], "node_modules", "@cloud-copilot");
const load = (name, file) => import(pathToFileURL(path.join(packages, name, "dist", "esm", file)).href);
const { authorize } = await load("iam-simulate", "core_engine/CoreSimulatorEngine.js");
const { AwsRequestImpl } = await load("iam-simulate", "request/request.js");
const { RequestContextImpl } = await load("iam-simulate", "requestContext.js");
const { DiscoveryContextKeyConstraints } = await load("iam-simulate", "context_keys/discoveryContextKeyConstraints.js");
const policies = await load("iam-policy", "index.js");

const simulationParameters = {
  simulationMode: "Strict",
  discoveryContextKeyConstraints: new DiscoveryContextKeyConstraints([]),
};

function read(document, name, validate, invalid) {
  if (!document) return undefined;
  for (const error of validate(document)) invalid.push(`${name}: ${error.path}: ${error.message}`);
  return policies.loadPolicy(document, { name });
}

function partsOf(analysis) {
  const found = {};
  for (const group of ["allowStatements", "denyStatements", "unmatchedStatements"]) {
    for (const statement of analysis?.[group] ?? []) {
      const conditions = (statement.explain.conditions ?? []).map((condition) => condition.matches);
      (found[statement.policyId] ??= [])[statement.statement.index() - 1] = [
        statement.principalMatch,
        statement.actionMatch,
        statement.resourceMatch,
        conditions,
      ];
    }
  }
  return found;
}

function answer(asked) {
  const invalid = [];
  const validateResource = asked.trust ? policies.validateTrustPolicy : policies.validateResourcePolicy;
  const resourcePolicy = read(asked.resource, "resource", validateResource, invalid);
  const many = (documents, name) =>
    documents.map((document, index) => read(document, `${name}:${index}`, policies.validateIdentityPolicy, invalid));
  const identityPolicies = many(asked.identity, "identity");
  const boundaries = many(asked.boundaries, "boundary");
  const answers = asked.requests.map((request) => {
    const analysis = authorize({
      request: new AwsRequestImpl(
        request.principal === "*" ? { type: "Anonymous" } : request.principal,
        { resource: request.resource, accountId: request.account },
        request.action,
        new RequestContextImpl(request.context),
        false,
      ),
      sessionPolicy: undefined,
      identityPolicies,
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy,
      permissionBoundaries: boundaries.length ? boundaries : undefined,
      vpcEndpointPolicies: undefined,
      simulationParameters,
    });
    const statements = Object.assign(
      partsOf(analysis.resourceAnalysis),
      partsOf(analysis.identityAnalysis),
      partsOf(analysis.permissionBoundaryAnalysis),
    );
    return { result: analysis.result, statements };
  });
  return { invalid, answers };
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  let out;
  try {
    out = answer(JSON.parse(line));
  } catch (error) {
    out = { crash: String(error.stack) };
  }
  process.stdout.write(JSON.stringify(out) + "\n");
}
