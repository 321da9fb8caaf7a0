import closeWithGrace from 'close-with-grace';
import { CloudError } from '@novadock/model';
import { pino } from 'pino';
import { openAgentFolder } from './agent-folder.ts';
import { agentVersion } from './agent-version.ts';
import { readConfig, usage } from './config.ts';
import { joinCloud } from './join-cloud.ts';
import { notifyReady } from './notify-ready.ts';
import { serve } from './serve.ts';
import { setUp } from './set-up.ts';
import { takeEnvironment } from './take-environment.ts';

try {
  const env = takeEnvironment(process.env);
  const config = readConfig(process.argv.slice(2), env);
  if (config.command === 'help') console.log(usage);
  else if (config.command === 'version') console.log(agentVersion);
  else if (config.command === 'enrol') await joinCloud(config, await openAgentFolder(config.home));
  else if (config.command === 'set-up') await setUp({ home: config.home, print: console.log });
  else {
    const log = pino();
    const { ready, stop } = await serve(config, log);
    closeWithGrace({ delay: 5000, logger: false }, async ({ err }) => {
      if (err !== undefined) log.fatal({ err }, 'a fault of the agent');
      await stop();
    });
    await ready;
    await notifyReady(env);
  }
} catch (error) {
  console.error(error instanceof CloudError ? error.message : error);
  process.exitCode = 1;
}
