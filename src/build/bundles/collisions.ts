import type {BundleContent} from '../engine.ts';

export interface PathCollision {
	readonly path: string;
	readonly bundle: string;
	/** Name of the package or of the other bundle that has the path. */
	readonly with: string;
	readonly kind: 'package' | 'bundle';
}

/**
 * Paths that a bundle shares with a package or with another bundle.
 *
 * @param ownerOf the package that has a path in this line, or null
 */
export function findCollisions(
	bundles: readonly (Pick<BundleContent, 'name'> & {readonly files: readonly {readonly path: string}[]})[],
	ownerOf: (path: string) => string | null,
): readonly PathCollision[] {
	const seen = new Map<string, string>();
	const collisions: PathCollision[] = [];
	for (const bundle of bundles) {
		for (const {path} of bundle.files) {
			const owner = ownerOf(path);
			const other = seen.get(path);
			if (owner !== null) collisions.push({path, bundle: bundle.name, with: owner, kind: 'package'});
			if (other !== undefined) collisions.push({path, bundle: bundle.name, with: other, kind: 'bundle'});
			seen.set(path, bundle.name);
		}
	}
	return collisions;
}
