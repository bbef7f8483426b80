import {createHash, type X509Certificate} from 'node:crypto';

/**
 * The name of a certificate in a folder that OpenSSL looks things up in, without its number: `5ed36f99` of
 * `5ed36f99.0` (openssl-rehash(1)). It is the hash of the subject in canonical form: X509_NAME_hash_ex in OpenSSL's
 * crypto/x509/x509_cmp.c, and x509_name_canon in x_name.c.
 */
export function subjectHash(certificate: X509Certificate): string {
	const subject = subjectOf(certificate.raw);
	const sets = children(subject).map(set => wrap(0x31, children(set.content).map(canonicalAttribute)));
	const hash = createHash('sha1').update(Buffer.concat(sets)).digest();
	return hash.readUInt32LE(0).toString(16).padStart(8, '0');
}

interface Element {
	readonly tag: number;
	readonly content: Buffer;
	readonly whole: Buffer;
}

/** TBSCertificate of RFC 5280, 4.1: an optional version, then serial number, algorithm, issuer, validity, subject. */
function subjectOf(certificate: Buffer): Buffer {
	const [outer] = children(certificate);
	const [inner] = children(outer?.content ?? Buffer.alloc(0));
	const fields = children(inner?.content ?? Buffer.alloc(0)).filter(field => field.tag !== 0xa0);
	return fields[4]?.content ?? Buffer.alloc(0);
}

/** BER with definite lengths, which DER has alone (X.690, 10.1). */
function children(bytes: Buffer): readonly Element[] {
	const elements: Element[] = [];
	for (let at = 0; at + 2 <= bytes.length;) {
		const first = bytes[at + 1] ?? 0;
		const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
		const length = lengthBytes === 0 ? first : bytes.readUIntBE(at + 2, Math.min(lengthBytes, 6));
		const start = at + 2 + lengthBytes;
		elements.push({
			tag: bytes[at] ?? 0,
			content: bytes.subarray(start, start + length),
			whole: bytes.subarray(at, start + length),
		});
		at = start + length;
	}
	return elements;
}

/** Text as UTF-8 in lower case (ASCII letters alone), blanks trimmed and folded; other values as they are. */
function canonicalAttribute(attribute: Element): Buffer {
	const [type, value] = children(attribute.content);
	if (type === undefined || value === undefined) return attribute.whole;
	const text = textOf(value);
	if (text === null) return attribute.whole;
	const folded = text
		.replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, '')
		.replace(/[ \t\n\v\f\r]+/g, ' ')
		.replace(/[A-Z]/g, letter => letter.toLowerCase());
	return wrap(0x30, [type.whole, wrap(0x0c, [Buffer.from(folded)])]);
}

/** The string types that OpenSSL canonicalises; null for others. */
function textOf({tag, content}: Element): string | null {
	switch (tag) {
		case 0x0c:
			return content.toString('utf8');
		case 0x13:
		case 0x14:
		case 0x16:
		case 0x1a:
			return content.toString('latin1');
		case 0x1e:
			return Buffer.from(content).swap16().toString('utf16le');
		case 0x1c:
			return Array.from({length: content.length / 4}, (_, n) => String.fromCodePoint(content.readUInt32BE(n * 4))).join(
				'',
			);
		default:
			return null;
	}
}

function wrap(tag: number, parts: readonly Buffer[]): Buffer {
	const content = Buffer.concat(parts);
	const {length} = content;
	const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
	return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
