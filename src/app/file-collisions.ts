import {findCollisions} from '../build/bundles/collisions.ts';
import {mergedPath} from '../build/engines/native/safe-entries.ts';
import type {FileCollision, LinePlan, PlannedBundle, PlannedPackage} from '../plan/plan.ts';
import type {PackageIndex} from '../repository/package-index.ts';

export interface CollisionSources {
	/** Files of a package, without a slash at the beginning; null where they are not known. */
	readonly filesOf: (sha256: string) => Promise<readonly string[] | null>;
	/** Absolute paths of a file bundle. */
	readonly bundleFiles: (bundle: PlannedBundle) => Promise<readonly {readonly path: string}[]>;
	/** Asked for only where two packages bring one file. */
	readonly index: () => Promise<PackageIndex | null>;
}

/** Files of starters by their packages: they stay the same while what is added changes. */
const mostStarters = 8;

/**
 * Finds files that two packages of a line would bring, or a bundle and something else, before anything is built. Packages
 * whose files are not known say nothing; packages of the starter are not compared with each other, as they were built.
 */
export class FileCollisions {
	readonly #starters = new Map<string, ReadonlyMap<string, PlannedPackage>>();

	async of(line: LinePlan, {filesOf, bundleFiles, index}: CollisionSources): Promise<readonly FileCollision[]> {
		const ofStarter = await this.#starterFiles(line, filesOf);
		const added = new Map<string, PlannedPackage>();
		const collisions: FileCollision[] = [];
		for (const entry of line.packages) {
			if (entry.inStarter) continue;
			for (const path of (await filesOf(entry.sha256)) ?? []) {
				const other = ofStarter.get(path) ?? added.get(path);
				if (other === undefined) added.set(path, entry);
				else if (!areReplacing(await index(), entry, other)) {
					collisions.push({path: `/${path}`, below: packageSide(other), above: packageSide(entry)});
				}
			}
		}
		const bundles = await Promise.all(
			line.bundles.map(async bundle => ({name: bundle.name, files: await bundleFiles(bundle)})),
		);
		const inImage = (entry: PlannedPackage | undefined) => (entry?.inImage === true ? entry.name : null);
		const ownerOf = (path: string) => {
			const inner = mergedPath(path.replace(/^\/+/, ''), false);
			return inImage(ofStarter.get(inner)) ?? inImage(added.get(inner));
		};
		for (const {path, bundle, with: name, kind} of findCollisions(bundles, ownerOf)) {
			collisions.push({path, below: {kind, name}, above: {kind: 'bundle', name: bundle}});
		}
		return collisions;
	}

	async #starterFiles(
		{packages}: LinePlan,
		filesOf: CollisionSources['filesOf'],
	): Promise<ReadonlyMap<string, PlannedPackage>> {
		const own = packages.filter(({inStarter}) => inStarter);
		const lists = await Promise.all(own.map(({sha256}) => filesOf(sha256)));
		const key = own.map(({sha256, inImage}, at) => (lists[at] ? `${sha256}${inImage ? '+' : '-'}` : '')).join(' ');
		const known = this.#starters.get(key);
		if (known !== undefined) return known;
		const files = new Map(own.flatMap((entry, at) => (lists[at] ?? []).map(path => [path, entry] as const)));
		if (this.#starters.size >= mostStarters) this.#starters.clear();
		this.#starters.set(key, files);
		return files;
	}
}

const packageSide = ({name}: PlannedPackage) => ({kind: 'package', name}) as const;

/** Whether one of them takes the file over, so that nothing collides. */
const areReplacing = (index: PackageIndex | null, one: PlannedPackage, other: PlannedPackage): boolean =>
	index !== null && (replaces(index, one, other) || replaces(index, other, one));

/** Replaces lets dpkg take over the files of another package (deb-control(5)). */
function replaces(index: PackageIndex, owner: PlannedPackage, other: PlannedPackage): boolean {
	const id = index.packagesNamed(owner.name).find(candidate => index.versionOf(candidate) === owner.version);
	if (id === undefined) return false;
	return index.relationsOf(id, 'replaces').some(group => group.some(({name}) => name === other.name));
}
