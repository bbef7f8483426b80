import {createHash} from 'node:crypto';
import {SlipwayError} from '../../base/errors.ts';

/**
 * Java's truststore, /etc/ssl/certs/java/cacerts, in Sun's format "JKS" (JavaKeyStore.java of OpenJDK), which Debian's
 * ca-certificates-java writes: big-endian, magic, version, count; entries with alias and date; at the end a SHA-1 over the
 * password, a salt, and everything before.
 */
const magic = 0xfeedfeed;
/** Every Java knows this password of its truststore: it guards against accidents. */
const password = 'changeit';
const salt = 'Mighty Aphrodite';

export interface TrustedCertificate {
	readonly alias: string;
	/** DER. */
	readonly certificate: Uint8Array;
}

export function isJavaTruststore(content: Uint8Array): boolean {
	return content.length >= 32 && Buffer.from(content).readUInt32BE(0) === magic;
}

/** Trusted certificates, in their order. Throws `bad-input` for another format, or one with private keys. */
export function readTruststore(content: Uint8Array): readonly TrustedCertificate[] {
	const bytes = Buffer.from(content);
	if (!isJavaTruststore(content)) throw unknownFormat('it is no JKS file');
	const body = bytes.subarray(0, -20);
	if (!sumOf(body).equals(bytes.subarray(-20))) throw unknownFormat('its sum does not hold');
	const version = body.readUInt32BE(4);
	const count = body.readUInt32BE(8);
	const entries: TrustedCertificate[] = [];
	let at = 12;
	const text = () => {
		const length = body.readUInt16BE(at);
		at += 2 + length;
		return body.toString('utf8', at - length, at);
	};
	for (let n = 0; n < count; n++) {
		const tag = body.readUInt32BE(at);
		at += 4;
		if (tag !== 2) throw unknownFormat('it holds more than trusted certificates');
		const alias = text();
		at += 8;
		if (version === 2) text();
		const length = body.readUInt32BE(at);
		at += 4 + length;
		entries.push({alias, certificate: Uint8Array.from(body.subarray(at - length, at))});
	}
	return entries;
}

/**
 * The same for the same certificates, in the order of their aliases.
 *
 * @param createdAt seconds since the epoch: the date of every entry
 */
export function writeTruststore(entries: readonly TrustedCertificate[], createdAt: number): Uint8Array {
	const sorted = [...new Map(entries.map(entry => [entry.alias, entry])).values()].sort((a, b) =>
		a.alias < b.alias ? -1 : 1,
	);
	const body = Buffer.concat([
		u32(magic),
		u32(2),
		u32(sorted.length),
		...sorted.flatMap(({alias, certificate}) => {
			const date = Buffer.alloc(8);
			date.writeBigUInt64BE(BigInt(createdAt) * 1000n);
			return [u32(2), text(alias), date, text('X.509'), u32(certificate.length), Buffer.from(certificate)];
		}),
	]);
	return Buffer.concat([body, sumOf(body)]);
}

function u32(value: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32BE(value);
	return bytes;
}

/** DataOutput.writeUTF: for text without NUL in the basic plane, UTF-8 with a length of two bytes. */
function text(value: string): Buffer {
	const bytes = Buffer.from(value);
	const length = Buffer.alloc(2);
	length.writeUInt16BE(bytes.length);
	return Buffer.concat([length, bytes]);
}

function sumOf(body: Uint8Array): Buffer {
	return createHash('sha1').update(Buffer.from(password, 'utf16le').swap16()).update(salt).update(body).digest();
}

function unknownFormat(why: string): SlipwayError {
	return new SlipwayError('bad-input', `Cannot read Java's truststore: ${why}.`);
}
