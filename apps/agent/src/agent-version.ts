import agent from '../package.json' with { type: 'json' };

export const agentVersion = agent.version;
