import {createHash} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import * as z from 'zod';
import {writeFileAtomic} from '../base/atomic-file.ts';
import type {Composition} from '../plan/composition.ts';
import type {FreshnessSummary} from '../freshness/freshness-summary.ts';

const names = z.array(z.string());
const summarySchema = z.object({
	state: z.enum(['up to date', 'outdated', 'cannot be planned']),
	checkedAt: z.string(),
	outdatedLines: names,
	securityUpdates: names,
	changedPackages: z.number(),
	nearEndOfLife: names,
	pastEndOfLife: names,
	problem: z.string().nullable(),
});

const fileSchema = z.record(z.string(), z.object({of: z.string(), summary: summarySchema}));

/** What was found when images were last looked at: `freshness.json` in the cache. */
export interface FreshnessFile {
	/** All that was found, by image. Empty where the file is not there, or is none of ours. */
	read(): Promise<ReadonlyMap<string, FoundFreshness>>;
	/** Takes these in place of what was found before; images that are not named keep theirs. */
	write(found: ReadonlyMap<string, FoundFreshness>): Promise<void>;
}

export interface FoundFreshness {
	/** Of what the image was then: see `stateOfImage`. */
	readonly of: string;
	readonly summary: FreshnessSummary;
}

/**
 * What an image was when it was looked at: what was found holds no longer than this stays.
 *
 * @param composition with all that it inherits; null where it cannot be read
 */
export function stateOfImage(composition: Composition | null, newestBuild: string | null): string {
	return createHash('sha256')
		.update(JSON.stringify([composition, newestBuild]))
		.digest('hex');
}

export function openFreshnessFile(cacheFolder: string): FreshnessFile {
	const path = join(cacheFolder, 'freshness.json');
	const read = async (): Promise<ReadonlyMap<string, FoundFreshness>> => {
		try {
			return new Map(Object.entries(fileSchema.parse(JSON.parse(await readFile(path, 'utf8')))));
		} catch {
			// A cache: what cannot be read is found out again.
			return new Map();
		}
	};
	return {
		read,
		async write(found) {
			if (found.size === 0) return;
			const all = {...Object.fromEntries(await read()), ...Object.fromEntries(found)};
			await writeFileAtomic(path, JSON.stringify(all), 0o600);
		},
	};
}
