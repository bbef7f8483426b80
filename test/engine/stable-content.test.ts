import {createHash} from 'node:crypto';
import {expect, test} from 'vitest';
import {hasStableForm, stableContent} from '../../src/build/engines/native/stable-content.ts';
import {stableKeystore} from '../../src/build/engines/native/stable-keystore.ts';

test('the day of a password’s last change is that of the packages', () => {
	const shadow = 'root:*:20781:0:99999:7:::\npostgres:!:20780::::::\nold:$y$x:0:0:99999:7:::\n';
	const stable = stableContent('etc/shadow', Buffer.from(shadow), 86_400 * 20_000 + 5);
	expect(stable.toString()).toBe('root:*:20000:0:99999:7:::\npostgres:!:20000::::::\nold:$y$x:0:0:99999:7:::\n');
});

/** JKS as OpenJDK's JavaKeyStore writes it. */
function keystore(
	entries: readonly {readonly alias: string; readonly time: bigint; readonly certificate: string}[],
): Buffer {
	const text = (value: string) =>
		Buffer.concat([Buffer.from([value.length >> 8, value.length & 255]), Buffer.from(value)]);
	const number = (value: number) => Buffer.from([value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255]);
	const time = (value: bigint) => {
		const bytes = Buffer.alloc(8);
		bytes.writeBigUInt64BE(value);
		return bytes;
	};
	const body = Buffer.concat([
		Buffer.from('feedfeed00000002', 'hex'),
		number(entries.length),
		...entries.flatMap(one => [
			number(2),
			text(one.alias),
			time(one.time),
			text('X.509'),
			number(one.certificate.length),
			Buffer.from(one.certificate),
		]),
	]);
	const key = Buffer.from('changeit', 'utf16le').swap16();
	return Buffer.concat([body, createHash('sha1').update(key).update('Mighty Aphrodite').update(body).digest()]);
}

test('a Java trust store does not tell when and in which order it was made', () => {
	const [a, b] = [
		{alias: 'debian:a.pem', certificate: 'AAA'},
		{alias: 'debian:b.pem', certificate: 'BBBB'},
	] as const;
	const first = keystore([
		{...a, time: 1n},
		{...b, time: 2n},
	]);
	const second = keystore([
		{...b, time: 77n},
		{...a, time: 78n},
	]);
	expect(stableKeystore(second, 5000)).toEqual(stableKeystore(first, 5000));
	expect(stableKeystore(first, 5000)).toEqual(
		keystore([
			{...a, time: 5000n},
			{...b, time: 5000n},
		]),
	);
});

test('what is no trust store stays as it is', () => {
	const whole = keystore([{alias: 'a', time: 1n, certificate: 'AAA'}]);
	for (const bytes of [Buffer.from('PKCS12'), Buffer.alloc(40), whole.subarray(0, 34), Buffer.concat([whole, whole])]) {
		expect(stableKeystore(Buffer.from(bytes), 5000)).toEqual(Buffer.from(bytes));
	}
});

test('TeX’s names of files are sorted, folder by folder', () => {
	const head = '% ls-R -- filename database for kpathsea; do not change this line.';
	const one = `${head}\n\n./:\n.:\nweb2c\n#odd\ntex\n\n./web2c:\nb\na\n\n./tex:\nx\n`;
	const other = `${head}\n\n./tex:\nx\n\n./:\n.:\ntex\n#odd\nweb2c\n\n./web2c:\na\nb\n\n`;
	const sorted = `${head}\n\n./:\n.:\n#odd\ntex\nweb2c\n\n./tex:\nx\n\n./web2c:\na\nb\n`;
	for (const text of [one, other]) {
		expect(stableContent('var/lib/texmf/ls-R', Buffer.from(text), 0).toString()).toBe(sorted);
	}
	expect(hasStableForm('usr/share/texmf/ls-R')).toBe(false);
});
