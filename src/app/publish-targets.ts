import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import * as z from 'zod';
import {writeFileAtomic} from '../base/atomic-file.ts';
import {isSystemError} from '../base/errors.ts';

/** Where an image was published, for the next time: data/targets/NAME.json, newest first. */
const targetsSchema = z.array(
	z.object({
		/** In the transport notation, without a tag. */
		destination: z.string(),
		/** ISO 8601, UTC */
		publishedAt: z.string(),
		/** What each tag named then. */
		digests: z.record(z.string(), z.string()),
		/** The registry was spoken to without TLS, by the user's wish. */
		isPlainHttp: z.boolean().default(false),
	}),
);
export type PublishTarget = z.infer<typeof targetsSchema>[number];

const mostTargets = 10;

export interface PublishTargets {
	read(name: string): Promise<readonly PublishTarget[]>;
	remember(name: string, target: PublishTarget): Promise<void>;
}

export function openPublishTargets(folder: string, onProblem: (text: string) => void): PublishTargets {
	const fileOf = (name: string) => join(folder, `${name}.json`);
	async function read(name: string): Promise<readonly PublishTarget[]> {
		try {
			return targetsSchema.parse(JSON.parse(await readFile(fileOf(name), 'utf8')));
		} catch (error) {
			// Nothing but a convenience is lost.
			if (!isSystemError(error, 'ENOENT')) onProblem(`The remembered destinations ${fileOf(name)} cannot be read.`);
			return [];
		}
	}
	return {
		read,
		async remember(name, target) {
			const others = (await read(name)).filter(({destination}) => destination !== target.destination);
			await writeFileAtomic(fileOf(name), JSON.stringify([target, ...others].slice(0, mostTargets), null, '\t'));
		},
	};
}
