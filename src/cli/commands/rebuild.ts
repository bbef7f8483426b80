import {Option} from 'commander';
import {readBuildHistory} from '../../app/build-history.ts';
import {buildsFolderOf} from '../../app/changelog.ts';
import type {AllServices} from '../../app/create-services.ts';
import {lookAtFreshness} from '../../app/look-at-freshness.ts';
import {lockRebuilds, rebuildImages, staleLines, type RebuiltImage} from '../../app/rebuild.ts';
import {tellOfUntold} from '../../app/tell-of-build.ts';
import {exitCodes, SlipwayError} from '../../base/errors.ts';
import {safeText} from '../../base/safe-text.ts';
import {exitCodeOfStatus} from '../../build/pipeline/build-status.ts';
import {changelogText} from '../changelog-text.ts';
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
	readonly overlap: 'wait' | 'leave';
	readonly json?: boolean;
	readonly mirror?: string;
	readonly parallel: string;
}

export const configure: Configure = command =>
	void command
		.argument('[names...]', 'private images')
		.option('--all', 'every private image, also those that were never built')
		.option('--outdated', 'every private image that was built once, or of the named ones those')
		.option('--dry-run', 'say what would be built; build nothing')
		.option('--no-refresh', 'use the indexes as they are')
		.option('--parallel <count>', 'images at a time', '2')
		.addOption(
			new Option('--overlap <what>', 'what to do while another rebuild runs')
				.choices(['wait', 'leave'])
				.default('wait'),
		)
		.addOption(mirrorOption())
		.addOption(jsonOption())
		.action(async (names: readonly string[], options: RebuildOptions) => {
			if (names.length === 0 && !options.all && !options.outdated) {
				throw new SlipwayError('usage', 'Nothing to rebuild was named.', {
					hint: 'Name private images, or use --all or --outdated.',
				});
			}
			const parallel = parallelOf(options.parallel);
			await withServices(
				{mirror: options.mirror, indexes: options.refresh ? 'always' : 'if missing'},
				async (services, signal) => {
					for (const name of names) await services.compositions.read(name);
					const wanted = names.length > 0 ? names : await services.compositions.names();
					const onlyBuilt = options.outdated === true && !options.all;
					if (options.dryRun) return dryRun(services, wanted, onlyBuilt, options, signal);
					const release = await lockRebuilds(services.paths, options.overlap, {
						signal,
						onWait: () => warn('Another rebuild runs: waiting for its end.'),
					});
					if (release === null) return warn('Another rebuild runs: nothing was done.');
					try {
						await tellOfUntold({buildsFolder: buildsFolderOf(services.paths), store: services.store}, signal);
						await rebuild(services, {wanted, onlyBuilt, parallel, isJson: options.json ?? false}, signal);
					} finally {
						release();
					}
				},
			);
		});

interface Rebuild {
	readonly wanted: readonly string[];
	readonly onlyBuilt: boolean;
	readonly parallel: number;
	readonly isJson: boolean;
}

async function rebuild(services: AllServices, wishes: Rebuild, signal: AbortSignal): Promise<void> {
	const {wanted, onlyBuilt, parallel, isJson} = wishes;
	let upToDate = 0;
	const rebuilt = await rebuildImages(services, {
		names: wanted,
		onlyBuilt,
		parallel,
		signal,
		report: warn,
		onStarted: (image, build, lines) => {
			if (!isJson) print(safeText(`${image}: building ${lines.join(', ')} (\`slipway watch ${build}\`)`));
		},
		onDone: image => {
			if (image.status === 'up to date' && image.conflicts.length === 0) upToDate += 1;
			else if (!isJson) report(image);
		},
	});
	if (isJson) printJson(rebuilt);
	else if (upToDate > 0) print(`${plural(upToDate, 'image')} up to date.`);
	process.exitCode = exitCodeOf(rebuilt, signal);
}

async function dryRun(
	services: AllServices,
	names: readonly string[],
	onlyBuilt: boolean,
	options: RebuildOptions,
	signal: AbortSignal,
): Promise<void> {
	const history = await readBuildHistory(buildsFolderOf(services.paths));
	const images = await lookAtFreshness(services, {names, history, signal, report: warn});
	if (options.json) return printJson(images.map(image => ({...image, wouldBuild: staleLines(image, onlyBuilt)})));
	print(outdatedText(images, false));
	const count = images.reduce((sum, image) => sum + staleLines(image, onlyBuilt).length, 0);
	print(`\n${plural(count, 'line')} would be built.`);
}

function report({image, status, problem, conflicts, changelog}: RebuiltImage): void {
	if (problem !== null) return warn(`${image} cannot be planned, and keeps its images: ${problem}`);
	if (changelog !== null) print(changelogText(changelog));
	else if (status === 'not built') print(safeText(`${image} was never built: \`slipway build ${image}\` does it.`));
	for (const line of conflicts) warn(`${image} ${line} cannot be planned any more, and keeps its image.`);
}

function exitCodeOf(results: readonly RebuiltImage[], signal: AbortSignal): number {
	if (signal.aborted) return exitCodes.cancelled;
	const codes = results.map(({status}) => {
		if (status === 'up to date' || status === 'not built') return exitCodes.done;
		return status === 'cannot be planned' ? exitCodes.failed : exitCodeOfStatus(status);
	});
	if (codes.every(code => code === exitCodes.done)) return exitCodes.done;
	return codes.some(code => code === exitCodes.done || code === exitCodes.someLinesCreated)
		? exitCodes.someLinesCreated
		: exitCodes.failed;
}

function parallelOf(text: string): number {
	const count = Number(text);
	if (Number.isInteger(count) && count >= 1 && count <= 64) return count;
	throw new SlipwayError('usage', `--parallel takes a whole number from 1 to 64, not ${JSON.stringify(text)}.`);
}
