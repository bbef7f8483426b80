import {X509Certificate, createPrivateKey} from 'node:crypto';
import {mkdir, readdir, rm, symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterEach, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import {openBundleRepository, type BundleRepository} from '../../../src/build/bundles/bundle-repository.ts';
import {certificateWarnings} from '../../../src/build/bundles/certificates.ts';
import {findCollisions} from '../../../src/build/bundles/collisions.ts';
import {readInputFiles} from '../../../src/build/bundles/read-input-files.ts';
import {makeCertificate, type MadeCertificate} from '../../support/certificates.ts';
import {temporaryFolder} from '../../support/temporary-folder.ts';

let folder: string;
let bundles: BundleRepository;
let problems: string[];
let root: MadeCertificate;
let leaf: MadeCertificate;

beforeAll(() => {
	root = makeCertificate('Example Root', {names: 'DNS:root.example,IP:10.0.0.1'});
	leaf = makeCertificate('leaf.example', {authority: false});
});
beforeEach(async () => {
	folder = await temporaryFolder('bundles');
	problems = [];
	bundles = openBundleRepository(join(folder, 'bundles'), {onProblem: text => problems.push(text)});
});
afterEach(() => rm(folder, {recursive: true}));

const text = (name: string, content: string) => ({name, content: Buffer.from(content)});
const conf = (...files: readonly ReturnType<typeof text>[]) =>
	({name: 'nginx-conf', kind: 'files', target: '/etc/nginx/conf.d', files}) as const;
const certificates = (...files: readonly ReturnType<typeof text>[]) =>
	({name: 'corp-ca', kind: 'certificates', files}) as const;

describe('versions', () => {
	test('a change makes a new version, the same content does not', async () => {
		expect(await bundles.add(conf(text('a.conf', '1')))).toMatchObject({isNew: true, bundle: {version: 1}});
		expect(await bundles.add(conf(text('a.conf', '1')))).toMatchObject({isNew: false, bundle: {version: 1}});
		expect(await bundles.add(conf(text('a.conf', '2')))).toMatchObject({isNew: true, bundle: {version: 2}});
		expect(await bundles.list()).toMatchObject([{name: 'nginx-conf', version: 2, versions: [1, 2], kind: 'files'}]);
		const old = await bundles.bundleContent('nginx-conf', 1);
		expect(old.files).toMatchObject([{path: '/etc/nginx/conf.d/a.conf', mode: 0o644, uid: 0, gid: 0}]);
		expect(Buffer.from(old.files[0]!.content).toString()).toBe('1');
	});

	test('two that are added at once both stay', async () => {
		await Promise.all(['1', '2', '3', '4'].map(content => bundles.add(conf(text('a.conf', content)))));
		expect((await bundles.list())[0]?.versions).toEqual([1, 2, 3, 4]);
		expect((await readdir(join(folder, 'bundles'))).filter(name => name.startsWith('.'))).toEqual([]);
	});

	test('a plan records the newest version and its hash', async () => {
		const {bundle} = await bundles.add(conf(text('a.conf', '1')));
		expect(await bundles.plannedBundles(['nginx-conf'])).toEqual([
			{name: 'nginx-conf', version: 1, kind: 'files', sha256: bundle.sha256},
		]);
		await expect(bundles.plannedBundles(['other'])).rejects.toMatchObject({code: 'not-found'});
	});

	test('mode, owner and path are part of a version', async () => {
		const file = text('run.sh', 'x');
		await bundles.add({...conf(), files: [file]});
		expect((await bundles.add({...conf(), files: [{...file, mode: 0o755}]})).bundle.version).toBe(2);
		expect((await bundles.add({...conf(), files: [{...file, uid: 33}]})).bundle.version).toBe(3);
	});

	test('one version or all are removed', async () => {
		await bundles.add(conf(text('a.conf', '1')));
		await bundles.add(conf(text('a.conf', '2')));
		await bundles.remove('nginx-conf', 1);
		expect((await bundles.list())[0]?.versions).toEqual([2]);
		await bundles.remove('nginx-conf');
		expect(await bundles.list()).toEqual([]);
		await expect(bundles.remove('nginx-conf')).rejects.toMatchObject({code: 'not-found'});
	});
});

describe('certificates', () => {
	test('land where update-ca-certificates looks, one a file, with their facts', async () => {
		const {bundle, warnings} = await bundles.add(
			certificates(text('corp.pem', `# ours\r\n${root.certificate}${leaf.certificate}`)),
		);
		expect(bundle.files).toMatchObject([
			{
				path: '/usr/local/share/ca-certificates/corp-ca/corp-1.crt',
				certificate: {
					subject: 'O=Example, CN=Example Root',
					alternativeNames: ['DNS:root.example', 'IP Address:10.0.0.1'],
					isAuthority: true,
					validTo: new X509Certificate(root.certificate).validToDate.toISOString(),
				},
			},
			{path: '/usr/local/share/ca-certificates/corp-ca/corp-2.crt', certificate: {isAuthority: false}},
		]);
		expect(warnings).toEqual(['corp-2.crt is not a certificate authority: it vouches for itself alone.']);
		const {files} = await bundles.bundleContent('corp-ca', 1);
		expect(Buffer.from(files[0]!.content).toString().trim()).toBe(root.certificate.trim());
	});

	test('DER becomes PEM', async () => {
		const der = new X509Certificate(root.certificate).raw;
		await bundles.add({...certificates(), files: [{name: 'corp.der', content: der}]});
		const {files} = await bundles.bundleContent('corp-ca', 1);
		expect(files[0]!.path).toBe('/usr/local/share/ca-certificates/corp-ca/corp.crt');
		expect(Buffer.from(files[0]!.content).toString()).toContain('BEGIN CERTIFICATE');
	});

	test.each([
		['no certificate', () => 'hello', 'not a certificate'],
		['a torn one', () => root.certificate.slice(0, 200), 'breaks off'],
		['a damaged one', () => root.certificate.replace(/\n[A-Za-z0-9+/]{4}/, '\nAAAA'), 'not a certificate'],
		['nothing', () => '', 'not a certificate'],
	])('%s is refused', async (_, content, message) => {
		await expect(bundles.add(certificates(text('x.pem', content())))).rejects.toMatchObject({
			code: 'bad-input',
			message: expect.stringContaining(message) as string,
		});
	});

	test('expiry is told', () => {
		const facts = {validFrom: '2020-01-01T00:00:00Z', validTo: '2021-06-01T00:00:00Z', isAuthority: true};
		const on = (day: string) => certificateWarnings('x.crt', facts as never, new Date(day));
		expect(on('2019-12-31')).toEqual(['x.crt is not valid before 2020-01-01.']);
		expect(on('2020-12-31')).toEqual([]);
		expect(on('2021-05-20')).toEqual(['x.crt expires on 2021-06-01.']);
		expect(on('2021-06-02')).toEqual(['x.crt expired on 2021-06-01.']);
	});
});

describe('private keys are refused in every bundle', () => {
	test.each([
		['PEM', () => Buffer.from(root.key)],
		['PEM beside a certificate', () => Buffer.from(root.certificate + root.key)],
		['DER', () => createPrivateKey(root.key).export({format: 'der', type: 'pkcs8'})],
		['OpenSSH', () => Buffer.from('-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA')],
	])('%s', async (_, content) => {
		const files = [{name: 'x.pem', content: content()}];
		await expect(bundles.add({...conf(), files})).rejects.toThrow('private key');
		await expect(bundles.add({...certificates(), files})).rejects.toThrow('private key');
	});
});

describe('what is refused', () => {
	test.each([
		['a name in capitals', {...conf(text('a', '')), name: 'Nginx'}],
		['no file', conf()],
		['21 files', conf(...Array.from({length: 21}, (_, n) => text(`f${n}`, '')))],
		['more than 1 MB', conf(text('a', 'x'.repeat(1_000_001)))],
		['files without a target', {name: 'conf', kind: 'files', files: [text('a', '')]} as const],
		['a relative target', {...conf(text('a', '')), target: 'etc'}],
		['a target with ..', {...conf(text('a', '')), target: '/etc/../root'}],
		['a backslash', {...conf(text('a', '')), target: '/etc\\x'}],
		['a name that climbs out', conf(text('../../../../proc/x', ''))],
		['a kernel file system', {...conf(text('a', '')), target: '/proc/sys'}],
		['the package database', {...conf(text('a', '')), target: '/var/lib/dpkg/status.d'}],
		['two files of one path', conf(text('a', '1'), text('a', '2'))],
		['a file that is also a folder', conf(text('a', '1'), text('a/b', '2'))],
		['a set-uid file', {...conf(), files: [{...text('a', ''), mode: 0o4755}]}],
		['certificates elsewhere', {...certificates(text('a.pem', '')), target: '/etc'}],
	] as const)('%s', async (_, input) => {
		await expect(bundles.add(input as never)).rejects.toMatchObject({code: 'bad-input'});
		expect(await bundles.list()).toEqual([]);
	});
});

describe('damage', () => {
	test('a torn description is reported and left out; other bundles stay', async () => {
		await bundles.add(conf(text('a.conf', '1')));
		await bundles.add({...conf(text('b.conf', '1')), name: 'other'});
		await writeFile(join(folder, 'bundles/nginx-conf/1/bundle.json'), '{"name":');
		expect((await bundles.list()).map(({name}) => name)).toEqual(['other']);
		expect(problems).toEqual([expect.stringContaining('nginx-conf')]);
		expect((await bundles.add(conf(text('a.conf', '1')))).bundle.version).toBe(2);
	});

	test('an altered file is refused', async () => {
		const {bundle} = await bundles.add(conf(text('a.conf', '1')));
		await writeFile(join(folder, `bundles/nginx-conf/1/files/${bundle.files[0]!.sha256}`), 'evil');
		await expect(bundles.bundleContent('nginx-conf', 1)).rejects.toMatchObject({code: 'verification'});
	});
});

describe('files of this host', () => {
	test('a folder gives its files by their paths; the executable bit stays', async () => {
		await mkdir(join(folder, 'src/sub'), {recursive: true});
		await writeFile(join(folder, 'src/a'), 'a', {mode: 0o600});
		await writeFile(join(folder, 'src/sub/b'), 'b', {mode: 0o700});
		await symlink('a', join(folder, 'src/link'));
		const files = await readInputFiles([join(folder, 'src'), join(folder, 'src/a')]);
		expect(files.map(({name, mode}) => [name, mode?.toString(8)])).toEqual([
			['a', '644'],
			['link', '644'],
			['sub/b', '755'],
			['a', '644'],
		]);
	});

	test('what is missing or no file is refused', async () => {
		await expect(readInputFiles([join(folder, 'none')])).rejects.toMatchObject({code: 'bad-input'});
		await expect(readInputFiles(['/dev/null'])).rejects.toMatchObject({code: 'bad-input'});
	});
});

test('collisions with packages and between bundles are named', () => {
	const bundle = (name: string, ...paths: string[]) => ({name, files: paths.map(path => ({path}))});
	const owner = (path: string) => (path === '/etc/nginx/nginx.conf' ? 'nginx-common' : null);
	expect(findCollisions([bundle('one', '/etc/nginx/nginx.conf', '/a'), bundle('two', '/a')], owner)).toEqual([
		{path: '/etc/nginx/nginx.conf', bundle: 'one', with: 'nginx-common', kind: 'package'},
		{path: '/a', bundle: 'two', with: 'one', kind: 'bundle'},
	]);
});
