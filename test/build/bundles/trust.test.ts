import {execFileSync} from 'node:child_process';
import {X509Certificate} from 'node:crypto';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {subjectHash} from '../../../src/build/bundles/certificate-name.ts';
import {isJavaTruststore, readTruststore, writeTruststore} from '../../../src/build/bundles/java-truststore.ts';
import {trustFiles} from '../../../src/build/bundles/trust.ts';
import {makeCertificate} from '../../support/certificates.ts';

const hashByOpenssl = (pem: string) =>
	execFileSync('openssl', ['x509', '-noout', '-subject_hash'], {input: pem}).toString().trim();

describe('the name that OpenSSL looks a certificate up by', () => {
	test.each(['Example Root', '  Many   BLANKS and CAPITALS ', 'Köln Größe', '日本語 Root'])('%s', commonName => {
		const {certificate} = makeCertificate(commonName);
		expect(subjectHash(new X509Certificate(certificate))).toBe(hashByOpenssl(certificate));
	});

	test('is right for every authority of this system', () => {
		const folder = '/usr/share/ca-certificates/mozilla';
		const files = existsSync(folder) ? readdirSync(folder) : [];
		const pems = files.slice(0, 40).map(name => readFileSync(join(folder, name), 'utf8'));
		expect(pems.map(pem => subjectHash(new X509Certificate(pem)))).toEqual(pems.map(hashByOpenssl));
	});
});

const bundle = (...pems: readonly string[]) => ({
	name: 'corp-ca',
	version: 1,
	kind: 'certificates' as const,
	files: pems.map((pem, index) => ({
		path: `/usr/local/share/ca-certificates/corp-ca/Corp ${index}.crt`,
		mode: 0o644,
		uid: 0,
		gid: 0,
		content: Buffer.from(pem),
	})),
});

const image = (files: Readonly<Record<string, Uint8Array>>) => ({
	read: (path: string) => files[path] ?? null,
	has: (path: string) => path in files,
	createdAt: 1_763_900_000,
});

describe('certificates of bundles', () => {
	test('are in the system’s bundle and under their names; OpenSSL then trusts them', () => {
		const {certificate} = makeCertificate('Example Root');
		const files = trustFiles(
			[bundle(certificate)],
			image({'/etc/ssl/certs/ca-certificates.crt': Buffer.from('before\n')}),
		);
		const hash = hashByOpenssl(certificate);
		expect(files).toMatchObject([
			{kind: 'file', path: '/etc/ssl/certs/ca-certificates.crt'},
			{
				kind: 'link',
				path: '/etc/ssl/certs/Corp_0.pem',
				target: '/usr/local/share/ca-certificates/corp-ca/Corp 0.crt',
			},
			{kind: 'link', path: `/etc/ssl/certs/${hash}.0`, target: 'Corp_0.pem'},
		]);
		const [system] = files;
		expect(system?.kind === 'file' && Buffer.from(system.content).toString()).toBe(`before\n${certificate}`);
	});

	test('with a name that is taken get the next one', () => {
		const {certificate} = makeCertificate('Example Root');
		const hash = hashByOpenssl(certificate);
		const taken = {[`/etc/ssl/certs/${hash}.0`]: Buffer.alloc(0), '/etc/ssl/certs/Corp_0.pem': Buffer.alloc(0)};
		const links = trustFiles([bundle(certificate, certificate)], image(taken)).filter(file => file.kind === 'link');
		expect(links.map(({path}) => path)).toEqual([
			'/etc/ssl/certs/Corp_0-1.pem',
			`/etc/ssl/certs/${hash}.1`,
			'/etc/ssl/certs/Corp_1.pem',
			`/etc/ssl/certs/${hash}.2`,
		]);
	});

	test('join Java’s truststore where there is one; the same bytes each time', () => {
		const [mozilla, own] = [makeCertificate('Mozilla'), makeCertificate('Own')].map(
			made => new X509Certificate(made.certificate),
		);
		const store = writeTruststore([{alias: 'debian:mozilla.pem', certificate: mozilla!.raw}], 1);
		const make = () => trustFiles([bundle(own!.toString())], image({'/etc/ssl/certs/java/cacerts': store}));
		const java = make().find(file => file.path.endsWith('cacerts'));
		const content = java?.kind === 'file' ? java.content : Buffer.alloc(0);
		expect(isJavaTruststore(content)).toBe(true);
		expect(readTruststore(content)).toEqual([
			{alias: 'debian:corp-ca/corp 0.crt', certificate: Uint8Array.from(own!.raw)},
			{alias: 'debian:mozilla.pem', certificate: Uint8Array.from(mozilla!.raw)},
		]);
		expect(make()).toEqual(make());
	});

	test('a truststore that was altered is refused', () => {
		const store = Buffer.from(writeTruststore([], 1));
		store[8] = 1;
		expect(() => readTruststore(store)).toThrow('sum');
	});

	test('files of other kinds change nothing', () => {
		expect(trustFiles([{...bundle(), kind: 'files'}], image({}))).toEqual([]);
	});
});
