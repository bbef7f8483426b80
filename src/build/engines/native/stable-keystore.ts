import {createHash} from 'node:crypto';

const magic = 0xfeed_feed;
const trustedCertificate = 2;
/** The password of every Java trust store, which protects nothing: keytool(1). */
const password = 'changeit';

/**
 * A Java trust store (format JKS, version 2) with one time of import and its certificates by name: keytool writes the moment
 * of each import, in the order of a hash table. Anything else comes back as it is.
 *
 * @param timeMs milliseconds since the epoch.
 */
export function stableKeystore(content: Buffer, timeMs: number): Buffer {
	if (content.length < 32 || content.readUInt32BE(0) !== magic || content.readUInt32BE(4) !== 2) return content;
	const entries: {readonly alias: string; readonly bytes: Buffer}[] = [];
	const count = content.readUInt32BE(8);
	const end = content.length - 20;
	try {
		let at = 12;
		for (let number = 0; number < count; number++) {
			const start = at;
			if (content.readUInt32BE(at) !== trustedCertificate) return content;
			const aliasBytes = content.readUInt16BE(at + 4);
			const alias = content.toString('latin1', at + 6, at + 6 + aliasBytes);
			const time = at + 6 + aliasBytes;
			const typeBytes = content.readUInt16BE(time + 8);
			const certificate = time + 10 + typeBytes;
			at = certificate + 4 + content.readUInt32BE(certificate);
			if (at > end) return content;
			const bytes = Buffer.from(content.subarray(start, at));
			bytes.writeBigUInt64BE(BigInt(timeMs), time - start);
			entries.push({alias, bytes});
		}
		if (at !== end) return content;
	} catch (error) {
		if (error instanceof RangeError) return content; // Cut off, and so no trust store of Java's.
		throw error;
	}
	entries.sort((a, b) => (a.alias < b.alias ? -1 : 1));
	const body = Buffer.concat([content.subarray(0, 12), ...entries.map(({bytes}) => bytes)]);
	return Buffer.concat([body, digestOf(body)]);
}

/** SHA-1 over the password in UTF-16, a phrase, and the store: JavaKeyStore.getPreKeyedHash of OpenJDK. */
function digestOf(body: Buffer): Buffer {
	const key = Buffer.from(password, 'utf16le').swap16();
	return createHash('sha1').update(key).update('Mighty Aphrodite').update(body).digest();
}
