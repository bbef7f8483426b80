import type {BundleContent, LineBuildInput} from '../../../src/build/engine.ts';
import {makeCertificate} from '../../support/certificates.ts';
import {makeDeb, type Deb} from '../../support/deb.ts';
import {hostPackages} from '../../support/host-packages.ts';
import {inputOf, type LineOf} from './a-line.ts';

/** What made images differ once stands in these packages' scripts, each with the thing that differed. */
const scripted = (name: string, postinst: string, more: Partial<Parameters<typeof makeDeb>[0]> = {}): Deb =>
	makeDeb({
		name,
		files: [
			{path: `/usr/share/${name}/${name}`, content: name},
			{path: `/etc/${name}.conf`, content: `${name}\n`},
		],
		conffiles: [`/etc/${name}.conf`],
		scripts: {postinst: `#!/bin/sh\nset -e\n${postinst}\n`},
		...more,
	});

const owners = scripted(
	'owners',
	'mkdir -p /var/lib/owners\ninstall -o 1 -g 60000 -m 640 /dev/null /var/lib/owners/state\nchmod 2770 /var/lib/owners\nchown 33:33 /var/lib/owners',
);
const clocked = scripted('clocked', 'date > /dev/null; touch /var/lib/clocked; echo x > /var/lib/clocked-too');
const accounts = scripted(
	'accounts',
	'echo "joe:x:1234:1234::/nonexistent:/usr/sbin/nologin" >> /etc/passwd\n' +
		'echo "joe:!:$(($(date +%s) / 86400))::::::" >> /etc/shadow; chmod 640 /etc/shadow',
);
const linked = scripted('linked', 'ln /usr/share/linked/linked /var/lib/linked; ln -s linked /var/lib/linked-too');
const diverting = scripted('diverting', 'dpkg-divert --local --rename --add /usr/bin/getent > /dev/null');
const removing = scripted(
	'removing',
	'rm -f /usr/share/doc/base-files/copyright /etc/debian_version; rm -r /usr/share/removing',
);
const alternatives = scripted(
	'alternatives',
	'update-alternatives --install /usr/bin/chosen chosen /usr/share/alternatives/alternatives 10 > /dev/null',
);
const masked = scripted(
	'masked',
	'umask > /var/lib/masked; mkdir /var/lib/masked.d; echo "${TZ-none}" >> /var/lib/masked',
);
const logging = scripted(
	'logging',
	'echo $$ > /var/log/dpkg.log; echo $$ > /tmp/pid; echo $$ > /run/pid; echo $$ > /var/cache/ldconfig/aux-cache',
);
const extras = [owners, clocked, accounts, linked, diverting, removing, alternatives, masked, logging];

const bundle = (kind: BundleContent['kind'], path: string, text: string): BundleContent => ({
	name: 'bundle',
	version: 1,
	kind,
	files: [{path, mode: 0o644, uid: 0, gid: 0, content: Buffer.from(text)}],
});

export interface NamedInput {
	readonly title: string;
	readonly input: Omit<LineBuildInput, 'signal'>;
}

export function tenCompositions(): {readonly packages: readonly Deb[]; readonly inputs: readonly NamedInput[]} {
	const base = hostPackages(['perl-base']);
	const buildOnly = base.map(({name}) => name).filter(name => !['base-files', 'libc6'].includes(name));
	const pem = makeCertificate('Corporation Root').certificate;
	const compositions: readonly (readonly [string, Partial<LineOf>, readonly BundleContent[]])[] = [
		['starter, dev', {}, []],
		['starter, minimal', {variant: 'minimal', buildOnly}, []],
		['owners of subordinate ids', {added: [owners]}, []],
		['owners, minimal', {added: [owners], variant: 'minimal', buildOnly}, []],
		['times of files, accounts with dates', {added: [clocked, accounts]}, []],
		['hard and symbolic links, diversions', {added: [linked, diverting]}, []],
		['whiteouts and alternatives', {added: [removing, alternatives]}, []],
		['umask and time zone of the builder, numbers of processes', {added: [masked, logging]}, []],
		['a bundle of files', {added: [owners]}, [bundle('files', '/etc/tool/tool.conf', 'port=1\n')]],
		['a bundle of certificates', {}, [bundle('certificates', '/usr/local/share/ca-certificates/root.crt', pem)]],
		['everything', {added: extras}, [bundle('files', '/etc/owners.conf', 'ours\n')]],
	];
	const inputs = compositions.map(([title, line, bundles]) => ({
		title,
		input: {...inputOf({starter: base, ...line}), bundles},
	}));
	return {packages: [...base, ...extras], inputs};
}
