import type {CertificateFacts} from '../../src/build/bundles/certificates.ts';
import {emptyField, type TextField} from '../fields/text-field.ts';
import {matchesFilter} from '../lists/filter.ts';
import {firstRow, type ListCursor} from '../lists/list-window.ts';

/** A file bundle of the file repository, by its newest version. */
export interface BundleSummary {
	readonly name: string;
	readonly kind: 'certificates' | 'files';
	readonly version: number;
	/** Oldest first. */
	readonly versions: readonly number[];
	/** ISO 8601, of the newest version. */
	readonly createdAt: string;
	readonly files: readonly BundleFileSummary[];
	/** Names of private images that take it. */
	readonly usedBy: readonly string[];
}

export interface BundleFileSummary {
	readonly path: string;
	readonly mode: number;
	readonly sizeBytes: number;
	readonly certificate: CertificateFacts | null;
}

export type Bundles =
	| {readonly kind: 'unknown'}
	| {readonly kind: 'ready'; readonly bundles: readonly BundleSummary[]}
	| {readonly kind: 'failed'; readonly reason: string};

/** The screen of the file repository. */
export interface FileRepository {
	readonly filter: TextField;
	readonly cursor: ListCursor;
}

export const emptyFileRepository: FileRepository = {filter: emptyField, cursor: firstRow};

export const bundlesOf = (bundles: Bundles): readonly BundleSummary[] =>
	bundles.kind === 'ready' ? bundles.bundles : [];

export const bundleRows = ({filter}: FileRepository, bundles: Bundles): readonly BundleSummary[] =>
	bundlesOf(bundles).filter(({name, kind, files, usedBy}) => {
		const inside = files.map(({path, certificate}) => `${path} ${certificate?.subject ?? ''}`);
		return matchesFilter(filter.text, name, [kind, ...usedBy, ...inside]);
	});

export type Validity =
	| {readonly kind: 'expired'; readonly day: string}
	| {readonly kind: 'ends soon'; readonly day: string}
	| {readonly kind: 'valid'; readonly day: string};

/** A month ahead is time to get a new one. */
const soonMs = 30 * 24 * 3_600_000;

export function validityOf({validTo}: CertificateFacts, nowMs: number): Validity {
	const leftMs = Date.parse(validTo) - nowMs;
	return {kind: leftMs < 0 ? 'expired' : leftMs < soonMs ? 'ends soon' : 'valid', day: validTo.slice(0, 10)};
}

/** Of the certificate that ends first; null without certificates. */
export function firstEnd({files}: BundleSummary, nowMs: number): Validity | null {
	const ends = files.flatMap(({certificate}) => (certificate ? [certificate] : []));
	const first = ends.toSorted((a, b) => (a.validTo < b.validTo ? -1 : 1))[0];
	return first ? validityOf(first, nowMs) : null;
}

/** How many certificates stand in a PEM text (RFC 7468). */
export const countCertificates = (pem: string): number =>
	pem.match(/-----BEGIN (?:X509 )?CERTIFICATE-----/gu)?.length ?? 0;
