import {createHash} from 'node:crypto';
import type {CertificateFacts} from './certificates.ts';

/** bundle.json of one version. */
export interface BundleVersion {
	readonly name: string;
	readonly version: number;
	readonly kind: 'certificates' | 'files';
	/** Over kind, paths, modes, owners and hashes of the files: equal hashes mean equal content in the image. */
	readonly sha256: string;
	/** ISO 8601. */
	readonly createdAt: string;
	readonly files: readonly StoredFile[];
}

export interface StoredFile {
	/** Absolute path in the image. */
	readonly path: string;
	readonly mode: number;
	readonly uid: number;
	readonly gid: number;
	readonly sha256: string;
	readonly sizeBytes: number;
	/** Null for a file that is no certificate. */
	readonly certificate: CertificateFacts | null;
}

export function versionHash(kind: BundleVersion['kind'], files: readonly StoredFile[]): string {
	const rows = files.map(({path, mode, uid, gid, sha256}) => JSON.stringify([path, mode, uid, gid, sha256]));
	return createHash('sha256')
		.update([kind, ...rows].join('\n'))
		.digest('hex');
}

export function isBundleVersion(value: unknown): value is BundleVersion {
	if (typeof value !== 'object' || value === null) return false;
	const {name, version, kind, sha256, files} = value as Partial<Record<keyof BundleVersion, unknown>>;
	return (
		typeof name === 'string' &&
		typeof version === 'number' &&
		(kind === 'certificates' || kind === 'files') &&
		typeof sha256 === 'string' &&
		Array.isArray(files) &&
		files.every(isStoredFile) &&
		versionHash(kind, files) === sha256
	);
}

function isStoredFile(value: unknown): value is StoredFile {
	if (typeof value !== 'object' || value === null) return false;
	const {path, mode, uid, gid, sha256} = value as Partial<Record<keyof StoredFile, unknown>>;
	return (
		typeof path === 'string' &&
		path.startsWith('/') &&
		[mode, uid, gid].every(number => Number.isSafeInteger(number)) &&
		typeof sha256 === 'string' &&
		/^[0-9a-f]{64}$/.test(sha256)
	);
}
