import type {AllServices} from '../../app/create-services.ts';
import {difference, snapshotOfImage, snapshotOfPlan, type Difference, type Snapshot} from '../../app/snapshot.ts';
import {SlipwayError} from '../../base/errors.ts';
import {safeText} from '../../base/safe-text.ts';
import {readBuildInput} from '../../build/build-folder.ts';
import {readConfig, readManifest} from '../../image/read-documents.ts';
import type {Plan} from '../../plan/plan.ts';
import {formatBytes, plural} from '../format.ts';
import {findImage, packagesOf} from '../image-reference.ts';
import {planFor} from '../plan-for.ts';
import {jsonOption, mirrorOption, type Configure} from '../program.ts';
import {print, printJson, style} from '../terminal.ts';
import {withServices} from '../with-services.ts';

export const configure: Configure = command =>
	void command
		.argument('<a>', 'NAME:TAG, a build or trace ID, a composition file, or a private image')
		.argument('<b>', 'the same')
		.addOption(mirrorOption())
		.addOption(jsonOption())
		.action(async (a: string, b: string, options: {json?: boolean; mirror?: string}) => {
			await withServices({mirror: options.mirror}, async (services, signal) => {
				const before = await snapshotsOf(services, a, signal);
				const after = await snapshotsOf(services, b, signal);
				const differences = pair(before, after).map(([old, young]) => difference(old, young));
				if (differences.length === 0) {
					throw new SlipwayError('not-found', `${a} and ${b} have no line in common.`, {
						hint: 'Compare two tags (NAME:TAG), or a trace ID, which is one line of a build.',
					});
				}
				if (options.json) printJson({a, b, differences});
				else print(differences.map(differenceText).join('\n\n'));
			});
		});

async function snapshotsOf(services: AllServices, wanted: string, signal: AbortSignal): Promise<readonly Snapshot[]> {
	if (/^\d{8}-\d{6}/u.test(wanted)) {
		const {paths, line} = await services.locateBuild(wanted);
		const {plan} = await readBuildInput(paths);
		return planSnapshots(plan).filter(snapshot => line === null || snapshot.line === line);
	}
	if (wanted.includes(':')) {
		const image = await findImage(services, wanted);
		const manifest = await readManifest(services.store, image.manifest);
		const sizeBytes = manifest.layers.reduce((sum, {size}) => sum + size, 0);
		const config = await readConfig(services.store, manifest);
		return [snapshotOfImage(await packagesOf(services, image), config, sizeBytes)];
	}
	const {plan} = await planFor(services, wanted, {locked: false, signal});
	return planSnapshots(plan);
}

const planSnapshots = (plan: Plan) => plan.lines.filter(({status}) => status === 'ok').map(snapshotOfPlan);

/** Two single images are compared as they are; otherwise lines of the same name. */
function pair(before: readonly Snapshot[], after: readonly Snapshot[]): readonly (readonly [Snapshot, Snapshot])[] {
	const [old, young] = [before[0], after[0]];
	if (old && young && before.length === 1 && after.length === 1) return [[old, young]];
	return after.flatMap(next => {
		const same = before.find(({line}) => line !== null && line === next.line);
		return same ? [[same, next] as const] : [];
	});
}

function differenceText({line, packages, config, sizeBytes, installedSizeBytes}: Difference): string {
	const heading = line === null ? [] : [style('bold', safeText(line))];
	const change = (name: string, before: string | null, after: string | null) => {
		if (before === null) return style('green', `+ ${safeText(name)} ${safeText(after ?? '')}`);
		if (after === null) return style('red', `- ${safeText(name)} ${safeText(before)}`);
		return style('yellow', `~ ${safeText(name)} ${safeText(before)} → ${safeText(after)}`);
	};
	const size = (name: string, before: number | null, after: number | null) =>
		before === null || after === null || before === after
			? []
			: [
					`${name} ${formatBytes(before)} → ${formatBytes(after)} (${after > before ? '+' : '−'}${formatBytes(Math.abs(after - before))})`,
				];
	const rows = [
		...packages.map(({name, before, after}) => change(name, before, after)),
		...config.map(({field, before, after}) => change(field, before, after)),
	];
	return [
		...heading,
		...(rows.length > 0 ? rows : ['No package and no setting differs.']),
		...(packages.length > 0 ? [style('dim', plural(packages.length, 'package differs', 'packages differ'))] : []),
		...size('installed', installedSizeBytes.before, installedSizeBytes.after),
		...size('image', sizeBytes.before, sizeBytes.after),
	].join('\n');
}
