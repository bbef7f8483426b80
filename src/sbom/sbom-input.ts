/**
 * src/sbom owns the documents about an image: SPDX 2.3, CycloneDX 1.6, in-toto provenance, and the table for people.
 * Words: component (a package, a bundle or one of its files), supplier (who distributes it), originator (who maintains
 * it), material (what a build took in). It writes no files and knows no store: documents are plain bytes.
 * All documents of one image follow from this input alone, so that they are the same on every machine.
 */
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {packageRoot} from '../base/package-root.ts';
import type {LinePlan, PlannedPackage} from '../plan/plan.ts';

export interface SbomInput {
	/** Name of the private image. */
	readonly image: string;
	readonly starter: string;
	readonly variant: 'minimal' | 'dev';
	readonly architecture: 'amd64' | 'arm64';
	readonly line: LinePlan;
	/** Seconds since the epoch: the image's creation time, and that of the documents. */
	readonly createdAt: number;
	/** `sha256:…` of the image's manifest, where it is known. */
	readonly manifestDigest?: string;
	/** Content of the line's bundles. */
	readonly bundles: readonly SbomBundle[];
	/** Text of /usr/share/doc/PACKAGE/copyright by package name, as far as the image has it. */
	readonly copyrights?: ReadonlyMap<string, string>;
	/** Who answers for the document (NTIA: author of SBOM data). */
	readonly author?: string;
	/** Packages as the composition names them. */
	readonly requestedPackages?: readonly {readonly name: string; readonly version: string | null}[];
	/** `native` or `docker`. */
	readonly engine?: string;
}

/** A BundleContent of src/build/engine.ts. */
export interface SbomBundle {
	readonly name: string;
	readonly version: number;
	readonly kind: 'certificates' | 'files';
	readonly files: readonly {readonly path: string; readonly content: Uint8Array}[];
}

/** What the image holds: build-only packages are materials, not components. */
export function componentsOf(line: LinePlan): readonly PlannedPackage[] {
	return line.packages.filter(entry => entry.inImage).sort((a, b) => compare(a.name, b.name));
}

export function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}

/** `2026-11-23T12:00:00Z` */
export function timestamp(seconds: number): string {
	return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/** `php-api 8.4.11` */
export function imageTitle(input: SbomInput): string {
	return `${input.image} ${input.line.version}`;
}

let version: string | undefined;

export function toolVersion(): string {
	if (version === undefined) {
		const manifest: unknown = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'));
		version =
			typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '0';
	}
	return version;
}
