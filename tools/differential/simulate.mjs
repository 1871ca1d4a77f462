// Decides (policy, request) pairs with @cloud-copilot/iam-simulate: one JSON
// object a line from standard input, one a line to standard output, in order.
//
// What it writes is not the decision alone but what every element of every
// statement did, so that a difference is found also where another element
// decides.
import { createInterface } from 'node:readline';
import { runSimulation } from '@cloud-copilot/iam-simulate';

async function decide({ path, policy, request }) {
  const simulation = {
    request: {
      principal: request.principal === '' ? { type: 'Anonymous' } : request.principal,
      action: request.action,
      resource: { resource: request.resource, accountId: request.account },
      contextVariables: request.context,
    },
    identityPolicies: [],
    serviceControlPolicies: [],
    resourceControlPolicies: [],
  };
  // An endpoint policy may name no principal here but *; a resource policy may.
  if (path === 'endpoint') {
    simulation.vpcEndpointPolicies = [{ name: 'endpoint', policy }];
  } else {
    simulation.resourcePolicy = policy;
  }
  const run = await runSimulation(simulation, { simulationMode: 'Strict' });
  if (run.resultType !== 'single') {
    return { error: JSON.stringify(run.errors ?? run.resultType) };
  }
  const { analysis, ignoredContextKeys } = run.result;
  const layer = path === 'endpoint' ? analysis.endpointAnalysis : analysis.resourceAnalysis;
  if (layer === undefined) {
    // Nobody asks the policy of a resource that the action does not have.
    return { error: JSON.stringify({ message: 'not evaluated' }) };
  }
  const statements = [];
  for (const s of [...layer.allowStatements, ...layer.denyStatements, ...layer.unmatchedStatements]) {
    statements[s.statement.index() - 1] = {
      principal: s.principalMatch !== 'NoMatch',
      action: s.actionMatch,
      resource: s.resourceMatch,
      conditions: (s.explain.conditions ?? []).map((c) => ({
        operator: c.operator,
        key: c.conditionKeyValue,
        matches: c.matches,
      })),
    };
  }
  return { decision: layer.result, statements, ignored: ignoredContextKeys };
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  let answer;
  try {
    answer = await decide(JSON.parse(line));
  } catch (e) {
    answer = { error: String(e) };
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
