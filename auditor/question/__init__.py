"""Questions to policies, without an audit: may this request pass, what did a change let in, and
who may call this function. The library forms of `auditor decide`, `auditor diff` and `auditor can`."""
