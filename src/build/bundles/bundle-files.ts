import {createHash} from 'node:crypto';
import {basename, posix} from 'node:path';
import {SlipwayError} from '../../base/errors.ts';
import {certificateWarnings, holdsPrivateKey, parseCertificates, type CertificateFacts} from './certificates.ts';

export const bundleLimits = {files: 20, fileSizeBytes: 1_000_000} as const;

/** update-ca-certificates(8) trusts every *.crt below this folder. */
export const certificatesFolder = '/usr/local/share/ca-certificates';

export interface BundleInput {
	readonly name: string;
	readonly kind: 'certificates' | 'files';
	readonly files: readonly InputFile[];
	/** Absolute folder in the image for files without a target of their own; certificates have theirs. */
	readonly target?: string;
}

export interface InputFile {
	/** Relative path; may have folders. */
	readonly name: string;
	readonly content: Uint8Array;
	/** Absolute path in the image. */
	readonly target?: string;
	/** 0o644 unless said. */
	readonly mode?: number;
	/** Numbers, 0 unless said. */
	readonly uid?: number;
	readonly gid?: number;
}

export interface BundleFile {
	readonly path: string;
	readonly mode: number;
	readonly uid: number;
	readonly gid: number;
	readonly content: Uint8Array;
	readonly certificate: CertificateFacts | null;
}

export type {CertificateFacts};

export function sha256Of(content: Uint8Array): string {
	return createHash('sha256').update(content).digest('hex');
}

/** What goes into the image, sorted by path. Throws `bad-input` with the file and the mend. */
export function toBundleFiles(input: BundleInput): {
	readonly files: readonly BundleFile[];
	readonly warnings: readonly string[];
} {
	const {files: limit, fileSizeBytes} = bundleLimits;
	if (input.files.length === 0) throw refuse('A file bundle needs at least one file.');
	if (input.files.length > limit) {
		throw refuse(
			`A file bundle has at most ${limit} files, not ${input.files.length}.`,
			'Make several bundles of them.',
		);
	}
	for (const {name, content} of input.files) {
		if (content.byteLength > fileSizeBytes) {
			throw refuse(`${shown(name)} has ${content.byteLength} bytes; a file of a bundle has at most ${fileSizeBytes}.`);
		}
		if (holdsPrivateKey(content)) {
			throw refuse(
				`${shown(name)} holds a private key, which everyone who has the image could read.`,
				'Give it to the container when it runs, as a secret or a mounted file.',
			);
		}
	}
	const {files, warnings} = input.kind === 'certificates' ? certificateFiles(input) : plainFiles(input);
	const paths = new Set<string>();
	for (const {path} of files) {
		if (paths.has(path)) throw refuse(`Two files of the bundle would be ${path}.`, 'Rename one of them.');
		paths.add(path);
	}
	for (const path of paths) {
		for (let folder = posix.dirname(path); folder !== '/'; folder = posix.dirname(folder)) {
			if (paths.has(folder)) throw refuse(`${folder} would be both a file and the folder of ${path}.`);
		}
	}
	return {files: [...files].sort((a, b) => (a.path < b.path ? -1 : 1)), warnings};
}

interface CheckedFiles {
	readonly files: readonly BundleFile[];
	readonly warnings: readonly string[];
}

function certificateFiles({name: bundle, files, target}: BundleInput): CheckedFiles {
	if (target !== undefined && target !== certificatesFolder) {
		throw refuse(`Certificates always go below ${certificatesFolder}.`, 'Leave --target out, or use --kind files.');
	}
	const found = files.flatMap(file => {
		const certificates = parseCertificates(shown(file.name), file.content);
		const stem = basename(file.name).replace(/\.(?:crt|pem|cer|der|cert)$/i, '');
		return certificates.map(({facts, pem}, index) => ({
			// update-ca-certificates(8) skips a file with more than one certificate.
			path: `${certificatesFolder}/${bundle}/${certificates.length === 1 ? stem : `${stem}-${index + 1}`}.crt`,
			mode: 0o644,
			uid: 0,
			gid: 0,
			content: Buffer.from(pem),
			certificate: facts,
		}));
	});
	for (const {path} of found) checkPath(path);
	return {files: found, warnings: found.flatMap(file => certificateWarnings(basename(file.path), file.certificate))};
}

function plainFiles({files, target}: BundleInput): CheckedFiles {
	const placed = files.map(file => {
		const path = file.target ?? (target === undefined ? undefined : `${target.replace(/\/$/, '')}/${file.name}`);
		if (path === undefined) throw refuse('Files need a folder in the image.', 'Say which: --target /etc/nginx/conf.d');
		checkPath(path);
		const {mode = 0o644, uid = 0, gid = 0} = file;
		if (!Number.isInteger(mode) || mode < 0 || mode > 0o777) {
			throw refuse(
				`${mode.toString(8)} is not a mode for ${shown(file.name)}.`,
				'Use three octal digits, 0644 for example.',
			);
		}
		for (const id of [uid, gid]) {
			if (!Number.isInteger(id) || id < 0 || id > 4_294_967_294) throw refuse(`${id} is not a user or group number.`);
		}
		return {path, mode, uid, gid, content: file.content, certificate: null};
	});
	return {files: placed, warnings: []};
}

/** An absolute, normal path that the image can have: not in the kernel's own file systems, not Slipway's package facts. */
function checkPath(path: string): void {
	const problem =
		!path.startsWith('/') || path.endsWith('/')
			? 'must be an absolute path of a file'
			: /[\\\u0000-\u001f\u007f]/.test(path)
				? 'must not have backslashes or control characters'
				: posix.normalize(path) !== path
					? 'must not have ".", ".." or doubled slashes'
					: /^\/(?:proc|sys|dev)(?:\/|$)/.test(path)
						? 'is in a file system of the kernel'
						: /^\/var\/lib\/dpkg(?:\/|$)/.test(path)
							? 'is in the package database'
							: Buffer.byteLength(path) > 1024 || path.split('/').some(part => Buffer.byteLength(part) > 255)
								? 'is too long'
								: null;
	if (problem !== null) throw refuse(`${shown(path)} ${problem}.`, 'Give another --target.');
}

function shown(text: string): string {
	return /^[\w./@:+-]{1,200}$/.test(text) ? text : JSON.stringify(text.slice(0, 200));
}

function refuse(message: string, hint?: string): SlipwayError {
	return new SlipwayError('bad-input', message, hint === undefined ? {} : {hint});
}
