import {createHash} from 'node:crypto';
import * as z from 'zod';
import {SlipwayError} from '../base/errors.ts';
import {configOf} from '../catalog/derive-starter.ts';
import type {IndexesByRelease, Starter, StarterLine, Variant} from '../catalog/starter.ts';
import type {PackageId, PackageIndex} from '../repository/package-index.ts';
import type {Composition} from './composition.ts';
import {joined} from './explain-conflict.ts';
import {imageConfigOf} from './image-config.ts';
import type {LinePlan, Plan, PlannedBundle, PlannedPackage} from './plan.ts';
import {sizesOf} from './plan-line.ts';
import {plannedPackage} from './planned-package.ts';
import {universeOf} from './resolver/universe.ts';

const digest = z.string().regex(/^(?:sha256:)?[0-9a-f]{64}$/);

const lockedPackage = z.object({
	name: z.string(),
	version: z.string(),
	sha256: z.string().regex(/^[0-9a-f]{64}$/),
	role: z.enum(['starter', 'added', 'dependency', 'build-only']),
	requestedAs: z.string().nullable(),
	inImage: z.boolean(),
	inStarter: z.boolean(),
	isPromoted: z.boolean().optional(),
});

const lockedLine = z.object({
	line: z.string(),
	suite: z.string(),
	version: z.string(),
	tags: z.array(z.string()),
	starterTags: z.array(z.string()),
	skippedAutos: z.array(z.string()),
	primaryPackage: z.string(),
	starterRoots: z.array(z.string()),
	repositoryDigest: z.string(),
	/** Of the starter's own configuration and paths. */
	starterSha256: digest,
	bundles: z.array(
		z.object({name: z.string(), version: z.number(), kind: z.enum(['certificates', 'files']), sha256: z.string()}),
	),
	packages: z.array(lockedPackage),
});

const lockSchema = z.object({
	slipwayLock: z.literal(1),
	image: z.string(),
	architecture: z.enum(['amd64', 'arm64']),
	/** Of the composition, as far as a plan depends on it. */
	compositionSha256: digest,
	lines: z.array(lockedLine),
});

/** NAME.lock: every line's exact packages with their hashes. Lines that cannot be built are not in it. */
export type PlanLock = z.infer<typeof lockSchema>;

export function lockOf(plan: Plan, composition: Composition, starter: Starter): PlanLock {
	const digests = new Map(starter.lines.map(line => [line.line, starterDigest(line, composition.variant)]));
	return {
		slipwayLock: 1,
		image: plan.image,
		architecture: plan.architecture,
		compositionSha256: compositionDigest(composition),
		lines: plan.lines
			.filter(({status}) => status === 'ok')
			.map(line => ({
				line: line.line,
				suite: line.suite,
				version: line.version,
				tags: [...line.tags],
				starterTags: [...(line.starterTags ?? [])],
				skippedAutos: [...line.skippedAutos],
				primaryPackage: line.primaryPackage,
				starterRoots: [...(line.starterRoots ?? [])],
				repositoryDigest: line.repositoryDigest,
				starterSha256: digests.get(line.line) ?? '',
				bundles: [...line.bundles],
				packages: line.packages.map(lockPackage),
			})),
	};
}

/** The text of a lock file: JSON with a package a line, so that version control shows what changed. */
export function writeLock(lock: PlanLock): string {
	const {lines, ...head} = lock;
	const fields = Object.entries(head).map(([name, value]) => `\t${JSON.stringify(name)}: ${JSON.stringify(value)},\n`);
	const lineTexts = lines.map(({packages, ...line}) => {
		const inner = Object.entries(line).map(
			([name, value]) => `\t\t\t${JSON.stringify(name)}: ${JSON.stringify(value)},\n`,
		);
		const rows = packages.map(entry => `\t\t\t\t${JSON.stringify(entry)}`).join(',\n');
		return `\t\t{\n${inner.join('')}\t\t\t"packages": [\n${rows}\n\t\t\t]\n\t\t}`;
	});
	return `{\n${fields.join('')}\t"lines": [\n${lineTexts.join(',\n')}\n\t]\n}\n`;
}

/** Throws `bad-input` for a text that is no lock file, or one of a newer Slipway. */
export function readLock(text: string, file = 'The lock file'): PlanLock {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (cause) {
		throw new SlipwayError('bad-input', `${file} is no lock file: it is not JSON.`, {hint: renew, cause});
	}
	const result = lockSchema.safeParse(value);
	if (result.success) return result.data;
	const [issue] = result.error.issues;
	const place = issue?.path.map(String).join('.') ?? '';
	throw new SlipwayError('bad-input', `${file} is no lock file that this Slipway reads: ${place}: ${issue?.message}.`, {
		hint: renew,
		cause: result.error,
	});
}

const renew = '`slipway build` without --locked writes a new one.';

export interface LockedRequest {
	readonly lock: PlanLock;
	readonly composition: Composition;
	readonly starter: Starter;
	readonly indexes: IndexesByRelease;
	/** Every version that the file repository holds. */
	readonly bundles?: readonly PlannedBundle[];
}

/**
 * The plan that a lock describes, and nothing else. Throws `bad-input` where composition or starter are others than when
 * it was locked, `not-found` naming every package, line or bundle that is gone.
 */
export function planFromLock({lock, composition, starter, indexes, bundles = []}: LockedRequest): Plan {
	if (lock.image !== composition.name || lock.compositionSha256 !== compositionDigest(composition)) {
		throw new SlipwayError('bad-input', `${composition.name} was changed after it was locked.`, {hint: renew});
	}
	const gone: string[] = [];
	const lines = lock.lines.flatMap(locked => {
		const line = starter.lines.find(candidate => candidate.line === locked.line);
		const index = indexes.get(locked.suite);
		if (line === undefined) gone.push(`the line ${locked.line} of ${starter.name}`);
		if (index === undefined) gone.push(`the index of ${locked.suite}`);
		for (const {name, version, sha256} of locked.bundles) {
			const isThere = bundles.some(
				other => other.name === name && other.version === version && other.sha256 === sha256,
			);
			if (!isThere) gone.push(`the file bundle ${name}, version ${version}`);
		}
		if (line === undefined || index === undefined) return [];
		const plan = lineFromLock(locked, line, index, composition);
		gone.push(...plan.gone);
		return [plan.line];
	});
	if (gone.length > 0) {
		throw new SlipwayError('not-found', `The lock cannot be reproduced. Gone: ${[...new Set(gone)].join('; ')}.`, {
			hint: renew,
			details: {gone: gone.length},
		});
	}
	return {
		image: composition.name,
		description: composition.description,
		starter: composition.starter,
		variant: composition.variant,
		architecture: lock.architecture,
		lines,
	};
}

function lineFromLock(
	locked: PlanLock['lines'][number],
	line: StarterLine,
	index: PackageIndex,
	composition: Composition,
): {readonly line: LinePlan; readonly gone: readonly string[]} {
	const config = imageConfigOf(line, composition);
	if (starterDigest(line, composition.variant) !== locked.starterSha256) {
		throw new SlipwayError(
			'bad-input',
			`The starter ${composition.starter} ${locked.line} was changed after it was locked.`,
			{
				hint: renew,
			},
		);
	}
	const universe = universeOf(index);
	const found = locked.packages.map(entry => ({entry, id: packageWith(index, entry)}));
	const gone = found.flatMap(({entry, id}) => (id === null ? [goneText(index, entry)] : []));
	const present = new Set(found.flatMap(({id}) => id ?? []));
	const packages = found.flatMap(({entry, id}) =>
		id === null ? [] : plannedPackage(universe, id, {...entry, isPromoted: entry.isPromoted ?? false}, present),
	);
	return {
		gone,
		line: {
			line: locked.line,
			suite: locked.suite,
			version: locked.version,
			status: 'ok',
			tags: locked.tags,
			starterTags: locked.starterTags,
			packages,
			skippedAutos: locked.skippedAutos,
			conflict: null,
			reason: null,
			primaryPackage: locked.primaryPackage,
			starterRoots: locked.starterRoots,
			config,
			paths: line.paths,
			tests: composition.tests,
			bundles: locked.bundles,
			repositoryDigest: locked.repositoryDigest,
			...sizesOf(packages),
		},
	};
}

/** `tini 0.19.0-3 (trixie has 0.19.0-4)` */
function goneText(index: PackageIndex, {name, version}: {readonly name: string; readonly version: string}): string {
	const versions = index.packagesNamed(name).map(id => index.versionOf(id));
	const offered = versions.includes(version)
		? `${index.release} has another package of that version`
		: versions.length > 0
			? `${index.release} has ${joined(versions)}`
			: `${index.release} has none`;
	return `${name} ${version} (${offered})`;
}

function packageWith(
	index: PackageIndex,
	{name, version, sha256}: {readonly name: string; readonly version: string; readonly sha256: string},
): PackageId | null {
	const ids = index.packagesNamed(name).filter(id => index.versionOf(id) === version);
	return ids.find(id => index.record(id).sha256 === sha256) ?? null;
}

function lockPackage(entry: PlannedPackage): PlanLock['lines'][number]['packages'][number] {
	const {name, version, sha256, role, requestedAs, inImage, inStarter} = entry;
	const common = {name, version, sha256, role, requestedAs, inImage, inStarter};
	return entry.isPromoted === true ? {...common, isPromoted: true} : common;
}

/** What decides on packages and bundles. Variables, configuration and tests may change under a lock. */
function compositionDigest({starter, variant, lines, packages, bundles}: Composition): string {
	return sha256({starter, variant, lines, packages, bundles});
}

function starterDigest(line: StarterLine, variant: Variant): string {
	return sha256([configOf(line, variant), line.paths]);
}

function sha256(value: unknown): string {
	return createHash('sha256')
		.update(JSON.stringify(sorted(value)))
		.digest('hex');
}

function sorted(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sorted);
	if (typeof value !== 'object' || value === null) return value;
	const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
	return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]));
}
