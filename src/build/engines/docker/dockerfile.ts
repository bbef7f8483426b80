import type {LinePlan} from '../../../plan/plan.ts';
import type {BundleContent} from '../../engine.ts';

/** The same shape for every line: what differs stands in the files beside it. */
export function dockerfileOf(baseImage: string, isMinimal: boolean): string {
	const build = [
		`FROM ${baseImage} AS root`,
		'USER 0',
		'COPY packages /slipway/packages',
		'COPY bundles /slipway/bundles',
		'COPY configure finish /slipway/',
		'RUN ["/bin/sh", "/slipway/configure"]',
		'RUN ["/bin/sh", "/slipway/finish"]',
	];
	// Both variants end in one layer of their own: what the packages, scripts and caches left in between is not kept.
	const result = ['FROM scratch', `COPY --from=root ${isMinimal ? '/slipway/out/' : '/slipway/all/'} /`];
	return `${[...build, ...result].join('\n')}\n`;
}

/** dpkg orders the configuring itself; unpacking follows the plan's order, Pre-Depends first. */
export function configureScript(): string {
	return [
		'set -eu',
		'export DEBIAN_FRONTEND=noninteractive DEBCONF_NONINTERACTIVE_SEEN=true LC_ALL=C.UTF-8',
		"printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d",
		'if [ -n "$(ls /slipway/packages)" ]; then',
		'  dpkg --force-depends --force-unsafe-io --unpack /slipway/packages/*.deb',
		'fi',
		'dpkg --configure -a',
		'rm -f /usr/sbin/policy-rc.d',
		'',
	].join('\n');
}

/** Bundles, the starter's paths, then the tree that becomes the image: everything, or without build-only packages. */
export function finishScript(line: LinePlan, bundles: readonly BundleContent[], isMinimal: boolean): string {
	const files = bundles.flatMap(bundle => bundle.files);
	const hasCertificates = bundles.some(bundle => bundle.kind === 'certificates');
	const place = files.flatMap(({path, uid, gid, mode}) => [
		`mkdir -p ${quote(path.slice(0, path.lastIndexOf('/')) || '/')}`,
		`cp ${quote(`/slipway/bundles${path}`)} ${quote(path)}`,
		`chown ${uid}:${gid} ${quote(path)}; chmod ${mode.toString(8)} ${quote(path)}`,
	]);
	const paths = line.paths.flatMap(({path, link, owner, group, mode}) =>
		link === null
			? [
					`mkdir -p ${quote(path)}; chown ${quote(`${owner}:${group}`)} ${quote(path)}; chmod ${quote(mode)} ${quote(path)}`,
				]
			: [`mkdir -p ${quote(path.slice(0, path.lastIndexOf('/')) || '/')}; ln -sfn ${quote(link)} ${quote(path)}`],
	);
	return [
		'set -eu',
		...place,
		...(hasCertificates ? ['update-ca-certificates'] : []),
		...paths,
		'rm -rf /var/cache/ldconfig/aux-cache /var/log/*.log /var/log/apt /var/lib/dpkg/*-old',
		...(isMinimal ? minimalTree(line) : devTree()),
		'',
	].join('\n');
}

const ownFolders = ['./slipway', './proc', './sys', './dev', './run', './tmp', './.dockerenv'];

function devTree(): readonly string[] {
	const excluded = ownFolders.map(path => `--exclude=${path}`).join(' ');
	return [
		'mkdir -p /slipway/all',
		`tar -C / ${excluded} -cf - . | tar -C /slipway/all -xpf -`,
		...mountPoints('/slipway/all'),
	];
}

/**
 * What no build-only package owns stays. Scanners find the rest by status.d, as in distroless images
 * (PACKAGE_METADATA.md): a file a package, without the dpkg database.
 */
function minimalTree(line: LinePlan): readonly string[] {
	const kept = line.packages.filter(({inImage}) => inImage).map(({name}) => name);
	const dropped = line.packages.filter(({inImage}) => !inImage).map(({name}) => name);
	const list = (names: readonly string[]) =>
		names.length > 0 ? `dpkg-query -L ${names.map(quote).join(' ')} 2>/dev/null` : 'true';
	const excluded = ownFolders.map(path => `--exclude=${path}`).join(' ');
	return [
		'mkdir -p /slipway/out /slipway/status.d',
		...kept.map(
			name =>
				`dpkg-query -s ${quote(name)} | grep -v '^Status:' >/slipway/status.d/${quote(name)}; ` +
				`cp /var/lib/dpkg/info/${quote(name)}.md5sums /slipway/status.d/ 2>/dev/null || ` +
				`cp /var/lib/dpkg/info/${quote(name)}:*.md5sums /slipway/status.d/${quote(name)}.md5sums 2>/dev/null || true`,
		),
		`{ ${list(kept)}; } | sort -u >/slipway/kept`,
		`{ ${list(dropped)}; } | sort -u | comm -23 - /slipway/kept | while IFS= read -r path; do if [ -L "$path" ] || [ ! -d "$path" ]; then printf '.%s\\n' "$path"; fi; done >/slipway/dropped`,
		`tar -C / ${excluded} --exclude=./var/lib/dpkg --exclude=./var/cache --exclude=./var/lib/apt --anchored --no-wildcards -X /slipway/dropped -cf - . | tar -C /slipway/out -xpf -`,
		...mountPoints('/slipway/out'),
		'mkdir -p /slipway/out/var/lib/dpkg /slipway/out/var/cache && mv /slipway/status.d /slipway/out/var/lib/dpkg/status.d',
	];
}

const mountPoints = (root: string): readonly string[] => [
	`mkdir -p ${root}/proc ${root}/sys ${root}/dev ${root}/run ${root}/tmp`,
	`chmod 1777 ${root}/tmp`,
];

const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
