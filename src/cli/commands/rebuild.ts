import pLimit from 'p-limit';
import {join} from 'node:path';
import type {AllServices} from '../../app/create-services.ts';
import {builtLines, imageFreshness, type ImageFreshness} from '../../app/freshness.ts';
import {exitCodes, SlipwayError, throwIfCancelled} from '../../base/errors.ts';
import {safeText} from '../../base/safe-text.ts';
import type {BuildStatus} from '../../build/journal-event.ts';
import {exitCodeOfStatus} from '../../build/pipeline/build-status.ts';
import {needsBuild} from '../../freshness/line-freshness.ts';
import {plural} from '../format.ts';
import {jsonOption, mirrorOption, type Configure} from '../program.ts';
import {print, printJson, warn} from '../terminal.ts';
import {withServices} from '../with-services.ts';
import {outdatedText} from './outdated.ts';

interface RebuildOptions {
	readonly all?: boolean;
	readonly outdated?: boolean;
	readonly dryRun?: boolean;
	readonly refresh: boolean;
	readonly json?: boolean;
	readonly mirror?: string;
	readonly parallel: string;
}

interface Rebuilt {
	readonly image: string;
	readonly build: string | null;
	readonly status: BuildStatus | 'up to date' | 'cannot be planned';
	readonly lines: readonly string[];
	readonly problem: string | null;
}

export const configure: Configure = command =>
	void command
		.argument('[names...]', 'private images')
		.option('--all', 'every private image')
		.option('--outdated', 'every private image of which a rebuild would change a line')
		.option('--dry-run', 'say what would be built; build nothing')
		.option('--no-refresh', 'use the indexes as they are')
		.option('--parallel <count>', 'images at a time', '2')
		.addOption(mirrorOption())
		.addOption(jsonOption())
		.action(async (names: readonly string[], options: RebuildOptions) => {
			if (names.length === 0 && !options.all && !options.outdated) {
				throw new SlipwayError('usage', 'Nothing to rebuild was named.', {
					hint: 'Name private images, or use --all or --outdated.',
				});
			}
			await withServices(
				{mirror: options.mirror, indexes: options.refresh ? 'if old' : 'if missing'},
				async (services, signal) => {
					const built = await builtLines(join(services.paths.data, 'builds'));
					const images: ImageFreshness[] = [];
					for (const name of names.length > 0 ? names : await services.compositions.names()) {
						images.push(await imageFreshness(services, name, built, signal));
					}
					if (options.dryRun) {
						if (options.json) printJson(images.map(({image, problem, lines}) => ({image, problem, lines})));
						else print(outdatedText(images, false));
						return;
					}
					const results = await rebuildAll(
						services,
						images,
						parallelOf(options.parallel),
						signal,
						options.json ?? false,
					);
					if (options.json) printJson(results);
					process.exitCode = exitCodeOf(results, signal);
				},
			);
		});

/** Lines that are up to date cost nothing; an image without any other is reported as such. */
async function rebuildAll(
	services: AllServices,
	images: readonly ImageFreshness[],
	parallel: number,
	signal: AbortSignal,
	isQuiet: boolean,
): Promise<readonly Rebuilt[]> {
	const limit = pLimit(parallel);
	return Promise.all(
		images.map(image =>
			limit(async () => {
				throwIfCancelled(signal);
				const result = await rebuild(services, image, signal);
				if (!isQuiet) report(result);
				return result;
			}),
		),
	);
}

async function rebuild(
	{builds}: AllServices,
	{image, problem, plan, lines}: ImageFreshness,
	signal: AbortSignal,
): Promise<Rebuilt> {
	if (plan === null) return {image, build: null, status: 'cannot be planned', lines: [], problem};
	const stale = lines.filter(needsBuild).map(({line}) => line);
	if (stale.length === 0) return {image, build: null, status: 'up to date', lines: [], problem: null};
	const build = await builds.start(plan, {lines: stale});
	const cancel = () => void builds.cancel(build).catch(() => undefined);
	signal.addEventListener('abort', cancel);
	try {
		let status: BuildStatus = 'interrupted';
		for await (const event of builds.follow(build)) if (event.type === 'build/finished') status = event.status;
		return {image, build, status, lines: stale, problem: null};
	} finally {
		signal.removeEventListener('abort', cancel);
	}
}

function report({image, build, status, lines, problem}: Rebuilt): void {
	if (problem !== null) return warn(`${image} cannot be planned: ${problem}`);
	const what = build === null ? '' : `  ${plural(lines.length, 'line')} (${lines.join(', ')})  ${build}`;
	print(safeText(`${image}  ${status}${what}`));
}

function exitCodeOf(results: readonly Rebuilt[], signal: AbortSignal): number {
	if (signal.aborted) return exitCodes.cancelled;
	const codes = results.map(({status}) =>
		status === 'up to date' ? 0 : status === 'cannot be planned' ? exitCodes.failed : exitCodeOfStatus(status),
	);
	if (codes.every(code => code === 0)) return exitCodes.done;
	return codes.some(code => code === 0 || code === exitCodes.someLinesCreated)
		? exitCodes.someLinesCreated
		: exitCodes.failed;
}

function parallelOf(text: string): number {
	const count = Number(text);
	if (Number.isInteger(count) && count >= 1 && count <= 64) return count;
	throw new SlipwayError('usage', `--parallel takes a whole number from 1 to 64, not ${JSON.stringify(text)}.`);
}
