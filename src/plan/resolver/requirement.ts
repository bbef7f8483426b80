import type {PackageId} from '../../repository/package-index.ts';
import type {Need, Rejection} from './universe.ts';

/** What is asked for: a package, at a version where it is pinned. */
export interface RootRequest {
	readonly name: string;
	/** Exact version; null takes the newest. */
	readonly version: string | null;
	readonly origin: 'starter' | 'essential' | 'added';
}

/** One thing that has to hold. A conflict is a smallest set of them that cannot all hold. */
export type Requirement =
	| {readonly kind: 'root'; readonly root: RootRequest; readonly targets: readonly PackageId[]}
	| {readonly kind: 'given'; readonly package: PackageId}
	| {readonly kind: 'need'; readonly package: PackageId; readonly need: Need}
	| {
			readonly kind: 'rejection';
			readonly package: PackageId;
			readonly rejection: Rejection;
			readonly target: PackageId;
	  }
	| {readonly kind: 'single-version'; readonly package: PackageId; readonly other: PackageId}
	/** An older version may not be taken of a package that has a newer one. */
	| {readonly kind: 'newest-only'; readonly package: PackageId; readonly newest: PackageId};
