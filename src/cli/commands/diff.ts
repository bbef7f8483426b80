import type {AllServices} from '../../app/create-services.ts';
import {descriptorOf} from '../../app/changelog.ts';
import {difference, snapshotOfImage, snapshotOfPlan, type Difference, type Snapshot} from '../../app/snapshot.ts';
import {SlipwayError} from '../../base/errors.ts';
import {safeText} from '../../base/safe-text.ts';
import {outlineOf, readBuildInput} from '../../build/build-folder.ts';
import {diffImages, type FileChange} from '../../image/diff-images.ts';
import type {Descriptor} from '../../image/oci.ts';
import {readConfig, readManifest} from '../../image/read-documents.ts';
import type {Plan} from '../../plan/plan.ts';
import {formatBytes, plural} from '../format.ts';
import {findImage, packagesOf} from '../image-reference.ts';
import {fileRows} from '../changelog-text.ts';
import {changeRow, signedBytes} from '../line-diff-text.ts';
import {planFor} from '../plan-for.ts';
import {jsonOption, mirrorOption, type Configure} from '../program.ts';
import {print, printJson, style} from '../terminal.ts';
import {withServices} from '../with-services.ts';

export const configure: Configure = command =>
	void command
		.argument('<a>', 'NAME:TAG, a build or trace ID, a composition file, or a private image')
		.argument('<b>', 'the same')
		.option('--files', 'also the files that differ, where both are images')
		.addOption(mirrorOption())
		.addOption(jsonOption())
		.action(async (a: string, b: string, options: {json?: boolean; mirror?: string; files?: boolean}) => {
			await withServices({mirror: options.mirror}, async (services, signal) => {
				const before = await sidesOf(services, a, signal);
				const after = await sidesOf(services, b, signal);
				const differences: LineDifference[] = [];
				const pairs = pair(before.sides, after.sides);
				const alone = linesAlone(before, after, pairs);
				for (const [old, young] of pairs) {
					const files = options.files ? await filesBetween(services, old, young, signal) : null;
					differences.push({...difference(old.snapshot, young.snapshot), files});
				}
				if (differences.length + alone.length === 0) {
					throw new SlipwayError('not-found', `${a} and ${b} have no line in common.`, {
						hint: 'Compare two tags (NAME:TAG), or a trace ID, which is one line of a build.',
					});
				}
				if (options.json) printJson({a, b, differences, alone});
				else print([...differences.map(differenceText), ...alone.map(line => aloneText(line, a, b))].join('\n\n'));
			});
		});

interface Side {
	readonly snapshot: Snapshot;
	/** Null before a build, or where the image is no longer in the store. */
	readonly image: Descriptor | null;
}

interface Compared {
	readonly sides: readonly Side[];
	/** Why lines of a plan would not be built. */
	readonly unbuilt: ReadonlyMap<string, string>;
}

/** A line that only one side has. */
interface LineAlone {
	readonly line: string;
	readonly in: 'a' | 'b';
	/** Why the other does not have it; null where it does not know the line. */
	readonly reason: string | null;
}

interface LineDifference extends Difference {
	/** Null where files were not compared. */
	readonly files: readonly FileChange[] | null;
}

async function sidesOf(services: AllServices, wanted: string, signal: AbortSignal): Promise<Compared> {
	if (/^\d{8}-\d{6}/u.test(wanted)) {
		const {paths, line} = await services.locateBuild(wanted);
		const {plan} = await readBuildInput(paths);
		const made = new Map((await outlineOf(paths)).finished?.lines.map(own => [own.line, own.digest]));
		const sides = await Promise.all(
			planSnapshots(plan)
				.filter(snapshot => line === null || snapshot.line === line)
				.map(async snapshot => ({
					snapshot,
					image: await descriptorOf(services.store, made.get(snapshot.line ?? '')),
				})),
		);
		return {sides, unbuilt: unbuiltLines(plan)};
	}
	if (wanted.includes(':')) {
		const image = await findImage(services, wanted);
		const manifest = await readManifest(services.store, image.manifest);
		const sizeBytes = manifest.layers.reduce((sum, {size}) => sum + size, 0);
		const config = await readConfig(services.store, manifest);
		const snapshot = snapshotOfImage(await packagesOf(services, image), config, sizeBytes);
		return {sides: [{snapshot, image: image.descriptor}], unbuilt: new Map()};
	}
	const {plan} = await planFor(services, wanted, {locked: false, signal});
	return {sides: planSnapshots(plan).map(snapshot => ({snapshot, image: null})), unbuilt: unbuiltLines(plan)};
}

const planSnapshots = (plan: Plan) => plan.lines.filter(({status}) => status === 'ok').map(snapshotOfPlan);

function unbuiltLines({lines}: Plan): ReadonlyMap<string, string> {
	const unbuilt = lines.filter(({status}) => status !== 'ok');
	return new Map(unbuilt.map(({line, conflict, reason}) => [line, conflict?.summary ?? reason ?? '']));
}

async function filesBetween(
	{store}: AllServices,
	{image: before}: Side,
	{image: after}: Side,
	signal: AbortSignal,
): Promise<readonly FileChange[]> {
	if (before && after) return (await diffImages(store, before, after, {signal})).files ?? [];
	throw new SlipwayError('usage', 'Files can be compared of images only.', {
		hint: 'Name two tags, or builds whose images are still in the store.',
	});
}

/** Two single images are compared as they are; otherwise lines of the same name. */
function pair(before: readonly Side[], after: readonly Side[]): readonly (readonly [Side, Side])[] {
	const [old, young] = [before[0], after[0]];
	if (old && young && before.length === 1 && after.length === 1) return [[old, young]];
	return after.flatMap(next => {
		const {line} = next.snapshot;
		const same = before.find(({snapshot}) => snapshot.line !== null && snapshot.line === line);
		return same ? [[same, next] as const] : [];
	});
}

function linesAlone(
	before: Compared,
	after: Compared,
	pairs: readonly (readonly [Side, Side])[],
): readonly LineAlone[] {
	const paired = new Set(pairs.flat());
	const only = ({sides}: Compared, place: LineAlone['in'], other: Compared) =>
		sides.flatMap((side): readonly LineAlone[] => {
			const {line} = side.snapshot;
			return paired.has(side) || line === null ? [] : [{line, in: place, reason: other.unbuilt.get(line) ?? null}];
		});
	return [...only(after, 'b', before), ...only(before, 'a', after)];
}

function aloneText({line, in: place, reason}: LineAlone, a: string, b: string): string {
	const [has, lacks] = place === 'a' ? [a, b] : [b, a];
	return [
		style('bold', safeText(line)),
		`Only in ${safeText(has)}.`,
		...(reason === null ? [] : [style('dim', `${safeText(lacks)}: ${safeText(reason)}`)]),
	].join('\n');
}

function differenceText({line, packages, config, files, sizeBytes, installedSizeBytes}: LineDifference): string {
	const heading = line === null ? [] : [style('bold', safeText(line))];
	const size = (name: string, before: number | null, after: number | null) =>
		before === null || after === null || before === after
			? []
			: [`${name} ${formatBytes(before)} → ${formatBytes(after)} (${signedBytes(after - before)})`];
	const rows = [
		...packages.map(({name, before, after}) => changeRow(name, before, after)),
		...config.map(({field, before, after}) => changeRow(field, before, after)),
	];
	return [
		...heading,
		...(rows.length > 0 ? rows : ['No package and no setting differs.']),
		...(packages.length > 0 ? [style('dim', plural(packages.length, 'package differs', 'packages differ'))] : []),
		...(files === null ? [] : fileRows(files)),
		...size('installed', installedSizeBytes.before, installedSizeBytes.after),
		...size('image', sizeBytes.before, sizeBytes.after),
	].join('\n');
}
