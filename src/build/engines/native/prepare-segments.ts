import {SlipwayError, throwIfCancelled} from '../../../base/errors.ts';
import type {PackageRepository, PackageSource} from '../../../repository/package-index.ts';
import type {LineBuildInput, PhaseReporter} from '../../engine.ts';
import type {PlannedPackage} from '../../../plan/plan.ts';
import {bundleCollisions} from './bundle-collisions.ts';
import type {SegmentCache} from './segment-cache.ts';
import type {Segment} from './segment.ts';

export type PreparedSegments = ReadonlyMap<string, Segment>;

interface PrepareInput {
	readonly input: LineBuildInput;
	readonly reporter: PhaseReporter;
	readonly repository: PackageRepository;
	readonly segments: SegmentCache;
}

/** Phases `fetch` and `unpack`: every package of the line as a segment, by SHA-256. Only what is missing is downloaded. */
export async function prepareSegments({
	input,
	reporter,
	repository,
	segments,
}: PrepareInput): Promise<PreparedSegments> {
	const {line, signal} = input;
	const {known, wanted, files} = await reporter.phase('fetch', async report => {
		const found = await Promise.all(line.packages.map(({sha256}) => segments.find(sha256, signal)));
		const known = new Map(line.packages.map(({sha256}, place) => [sha256, found[place] ?? null]));
		const wanted = line.packages.filter(({sha256}) => known.get(sha256) === null);
		if (wanted.length === 0) {
			report.cached();
			return {known, wanted, files: new Map<string, string>()};
		}
		const files = await repository.fetchPackages(wanted.map(sourceOf), {
			signal,
			onProgress: ({doneBytes, totalBytes}) => report.progress(doneBytes, totalBytes, 'bytes'),
		});
		return {known, wanted, files};
	});
	return reporter.phase('unpack', async report => {
		if (wanted.length === 0) report.cached();
		let done = 0;
		await Promise.all(
			wanted.map(async planned => {
				const file = files.get(planned.sha256);
				if (file === undefined) throw new SlipwayError('internal', `The repository did not fetch ${planned.name}.`);
				await makeOne(planned, file, segments, signal);
				known.set(planned.sha256, await segments.find(planned.sha256, signal));
				report.progress(++done, wanted.length, 'packages');
			}),
		);
		throwIfCancelled(signal);
		const prepared = new Map(
			line.packages.map(planned => [planned.sha256, checked(planned, known.get(planned.sha256) ?? null)]),
		);
		for (const sentence of bundleCollisions(input, prepared)) report.log('stdout', `${sentence}\n`);
		return prepared;
	});
}

async function makeOne(
	planned: PlannedPackage,
	file: string,
	segments: SegmentCache,
	signal: AbortSignal,
): Promise<void> {
	try {
		await segments.make(file, planned.sha256, signal);
	} catch (error) {
		if (!(error instanceof SlipwayError) || error.code !== 'verification') throw error;
		throw new SlipwayError('verification', `${planned.name} ${planned.version}: ${error.message}`, {
			...(error.hint === null ? {} : {hint: error.hint}),
			cause: error,
		});
	}
}

function checked(planned: PlannedPackage, segment: Segment | null): Segment {
	if (segment === null) {
		throw new SlipwayError('storage', `The cached files of ${planned.name} are gone.`, {hint: 'Build again.'});
	}
	if (segment.package !== planned.name || segment.version !== planned.version) {
		throw new SlipwayError(
			'verification',
			`The package file of ${planned.name} ${planned.version} says that it is ${segment.package} ${segment.version}.`,
			{hint: 'The mirror is broken: try another with --mirror.'},
		);
	}
	return segment;
}

const sourceOf = ({name, version, suite, filename, sha256, downloadSize}: PlannedPackage): PackageSource => ({
	name,
	version,
	suite,
	filename,
	sha256,
	downloadSizeBytes: downloadSize,
});
