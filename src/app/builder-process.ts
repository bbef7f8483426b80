import {spawn} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {closeSync, mkdirSync, openSync, renameSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {SlipwayError} from '../base/errors.ts';
import {entryFile} from '../base/package-root.ts';
import type {Environment} from '../base/paths.ts';
import type {BuildFolder} from '../build/build-folder.ts';
import {followJournal} from '../build/journal/journal-reader.ts';

/** A builder that loads what it needs, and waits to be told what to build. */
export interface BuilderProcess {
	/** Returns when the builder has written its first event; throws with what it said if it could not. */
	begin(paths: BuildFolder): Promise<void>;
}

/** Starts a builder that ends with this process, until it has begun a build. */
export function spawnBuilder(buildsFolder: string, env: Environment): BuilderProcess {
	mkdirSync(buildsFolder, {recursive: true});
	const logFile = join(buildsFolder, `waiting-${process.pid}-${randomBytes(4).toString('hex')}.log`);
	const log = openSync(logFile, 'ax', 0o600);
	// A session of its own: no terminal's end or Ctrl+C reaches it (setsid(2)).
	const child = spawn(process.execPath, [entryFile('src/app/builder.ts'), logFile], {
		detached: true,
		stdio: ['pipe', log, log],
		env,
		cwd: '/',
	});
	closeSync(log);
	child.unref();
	let failure: Error | null = null;
	child.on('error', error => {
		failure = error;
	});
	child.stdin?.on('error', () => {}); // Its end tells.
	const isAlive = () => failure === null && child.exitCode === null && child.signalCode === null;
	return {
		async begin(paths) {
			renameSync(logFile, paths.builderLog);
			child.ref();
			child.stdin?.end(paths.folder);
			for await (const event of followJournal(paths.journal, {isAlive})) {
				if (event.type !== 'build/started') continue;
				child.unref();
				return;
			}
			const said = (await readFile(paths.builderLog, 'utf8')).trim();
			throw new SlipwayError('internal', `The builder of ${paths.build} did not start.`, {
				hint: `Its log is ${paths.builderLog}${said ? `: ${said.split('\n').slice(0, 3).join(' ')}` : '.'}`,
				cause: failure ?? undefined,
			});
		},
	};
}
