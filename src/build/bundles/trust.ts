import {X509Certificate} from 'node:crypto';
import type {BundleContent} from '../engine.ts';
import {subjectHash} from './certificate-name.ts';
import {isJavaTruststore, readTruststore, writeTruststore} from './java-truststore.ts';

/** The image that certificates are added to. Paths are absolute. */
export interface TrustingImage {
	/** Content of a file, links followed; null if it is not there. */
	read(path: string): Uint8Array | null;
	/** Whether anything has that path. */
	has(path: string): boolean;
	/** Seconds since the epoch. */
	readonly createdAt: number;
}

export type TrustFile =
	| {readonly kind: 'file'; readonly path: string; readonly content: Uint8Array}
	| {readonly kind: 'link'; readonly path: string; readonly target: string};

const systemFolder = '/etc/ssl/certs';
const systemBundle = `${systemFolder}/ca-certificates.crt`;
const javaTruststore = `${systemFolder}/java/cacerts`;

/**
 * What makes an image trust the certificates of its bundles: what update-ca-certificates(8) and the hook of
 * ca-certificates-java would have done, for images that have neither. Files have mode 0644, all belong to root.
 */
export function trustFiles(bundles: readonly BundleContent[], image: TrustingImage): readonly TrustFile[] {
	const added = bundles
		.filter(bundle => bundle.kind === 'certificates')
		.flatMap(bundle => bundle.files)
		.map(({path, content}) => ({path, pem: Buffer.from(content), certificate: new X509Certificate(content)}))
		.sort((a, b) => (a.path < b.path ? -1 : 1));
	if (added.length === 0) return [];

	const before = image.read(systemBundle) ?? new Uint8Array(0);
	const files: TrustFile[] = [
		{kind: 'file', path: systemBundle, content: Buffer.concat([before, ...added.map(({pem}) => lineEnded(pem))])},
	];
	const taken = new Set<string>();
	const isTaken = (path: string) => taken.has(path) || image.has(path);
	for (const {path, certificate} of added) {
		// As update-ca-certificates names them: blanks and brackets are replaced.
		const name = path.slice(path.lastIndexOf('/') + 1, -'.crt'.length).replace(/[ ,()]/g, '_');
		const link = firstFree(number => `${systemFolder}/${name}${number === 0 ? '' : `-${number}`}.pem`, isTaken);
		const hash = subjectHash(certificate);
		const lookup = firstFree(
			number => `${systemFolder}/${hash}.${number}`,
			candidate => isTaken(candidate) || candidate === link,
		);
		files.push({kind: 'link', path: link, target: path});
		files.push({kind: 'link', path: lookup, target: link.slice(link.lastIndexOf('/') + 1)});
		taken.add(link).add(lookup);
	}
	const java = image.read(javaTruststore);
	if (java !== null && isJavaTruststore(java)) {
		const entries = added.map(({path, certificate}) => ({
			alias: `debian:${path.slice('/usr/local/share/ca-certificates/'.length).toLowerCase()}`,
			certificate: certificate.raw,
		}));
		const content = writeTruststore([...readTruststore(java), ...entries], image.createdAt);
		files.push({kind: 'file', path: javaTruststore, content});
	}
	return files;
}

function lineEnded(pem: Buffer): Buffer {
	return pem.at(-1) === 0x0a ? pem : Buffer.concat([pem, Buffer.from('\n')]);
}

function firstFree(nameOf: (number: number) => string, isTaken: (path: string) => boolean): string {
	let number = 0;
	while (isTaken(nameOf(number))) number++;
	return nameOf(number);
}
