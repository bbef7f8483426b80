import {rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {stringify} from 'yaml';
import type {JournalEvent, Phase} from '../../src/build/journal-event.ts';
import type {SlipwayHome} from '../support/slipway.ts';

export interface BenchComposition {
	readonly starter: string;
	readonly lines: readonly string[];
	readonly packages: readonly string[];
}

export async function compositionFile(home: SlipwayHome, composition: BenchComposition): Promise<string> {
	const file = join(home.folder, 'bench-image.yaml');
	await writeFile(file, stringify({name: `bench-${composition.starter}`, ...composition}));
	return file;
}

/** Seconds that each phase took, over all lines. */
export type PhaseSeconds = ReadonlyMap<Phase, number>;

export async function buildImage(home: SlipwayHome, composition: BenchComposition): Promise<PhaseSeconds> {
	const result = await home.run(['build', await compositionFile(home, composition), '--json']);
	if (result.exitCode !== 0) throw new Error(`slipway build: ${result.stderr}`);
	const seconds = new Map<Phase, number>();
	for (const event of result.events() as readonly JournalEvent[]) {
		if (event.type !== 'phase/finished') continue;
		seconds.set(event.phase, (seconds.get(event.phase) ?? 0) + event.durationMs / 1000);
	}
	return seconds;
}

/** Everything but downloaded packages and indexes. */
export function forgetBuilds(home: SlipwayHome): Promise<void> {
	return forget(home, ['cache/segments', 'cache/rootfs', 'cache/layers', 'cache/lines', ...images]);
}

/** The images alone: what they were made of is kept. */
export function forgetImages(home: SlipwayHome): Promise<void> {
	return forget(home, images);
}

const images = ['data/images', 'data/builds', 'data/compositions'];

async function forget(home: SlipwayHome, folders: readonly string[]): Promise<void> {
	for (const folder of folders) {
		await rm(join(home.env['SLIPWAY_HOME'] ?? '', folder), {recursive: true, force: true});
	}
}
