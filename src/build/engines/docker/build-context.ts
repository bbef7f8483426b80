import {copyFile, link, mkdir, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {LinePlan, PlannedPackage} from '../../../plan/plan.ts';
import type {BundleContent} from '../../engine.ts';
import {configureScript, dockerfileOf, finishScript} from './dockerfile.ts';

export interface ContextInput {
	readonly line: LinePlan;
	readonly isMinimal: boolean;
	readonly baseImage: string;
	/** Packages that the base does not have in that version, in the order of installation. */
	readonly packages: readonly PlannedPackage[];
	/** Verified package files by SHA-256. */
	readonly files: ReadonlyMap<string, string>;
	readonly bundles: readonly BundleContent[];
}

/** Lays out what is sent to the daemon: the Dockerfile, its scripts, verified package files and bundles. */
export async function writeBuildContext(folder: string, input: ContextInput): Promise<void> {
	const {line, packages, files, bundles} = input;
	await mkdir(join(folder, 'packages'), {recursive: true});
	await mkdir(join(folder, 'bundles'), {recursive: true});
	const names = packages.map(({sha256}, position) => ({sha256, name: `${String(position).padStart(4, '0')}.deb`}));
	for (const {sha256, name} of names) {
		const source = files.get(sha256);
		if (source !== undefined) await linkOrCopy(source, join(folder, 'packages', name));
	}
	for (const file of bundles.flatMap(bundle => bundle.files)) {
		const path = join(folder, 'bundles', file.path);
		await mkdir(dirname(path), {recursive: true});
		await writeFile(path, file.content, {mode: file.mode});
	}
	await writeFile(join(folder, 'configure'), configureScript(), {mode: 0o755});
	await writeFile(join(folder, 'finish'), finishScript(line, bundles, input.isMinimal), {mode: 0o755});
	await writeFile(join(folder, 'Dockerfile'), dockerfileOf(input.baseImage, input.isMinimal));
}

/** The cache may be on another file system. */
async function linkOrCopy(source: string, target: string): Promise<void> {
	try {
		await link(source, target);
	} catch {
		await copyFile(source, target);
	}
}
