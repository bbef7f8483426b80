import type {ImageFile} from '../../src/image/image-files.ts';
import type {LinePlan} from '../../src/plan/plan.ts';
import type {SmokeProgram} from './smoke-programs.ts';

const unwanted = [
	{program: 'shell', pattern: /^usr\/(?:local\/)?s?bin\/(?:sh|bash|dash|busybox)$/},
	{program: 'package manager', pattern: /^usr\/s?bin\/(?:apt|apt-get|dpkg)$/},
	{program: 'perl', pattern: /^usr\/bin\/perl[0-9.]*$/},
] as const;

/** What a minimal image has too much or too little: nothing that no run needs, all that scanners and lawyers read. */
export function minimalFaults(
	files: ReadonlyMap<string, ImageFile>,
	{packages, config}: LinePlan,
	{keeps = []}: SmokeProgram,
): readonly string[] {
	const faults: string[] = [];
	const paths = [...files.keys()];
	for (const {program, pattern} of unwanted) {
		if (keeps.some(kept => kept.program === program)) continue;
		faults.push(...paths.filter(path => pattern.test(path)).map(path => `has ${path}`));
	}
	for (const {program} of keeps) {
		const {pattern} = unwanted.find(one => one.program === program) ?? {};
		if (!paths.some(path => pattern?.test(path))) faults.push(`is said to keep its ${program} and has none`);
	}
	if (/^(?:0|root)?(?::|$)/.test(config.user)) faults.push(`runs as ${config.user || 'root'}`);
	for (const {name, inImage} of packages) {
		if (files.has(`var/lib/dpkg/status.d/${name}`) !== inImage) faults.push(`${name}: wrong in status.d`);
		if (!inImage) continue;
		// A link to another package's folder is allowed: Debian policy 12.3.
		const documentation = files.get(`usr/share/doc/${name}`);
		const hasCopyright = files.has(`usr/share/doc/${name}/copyright`) || documentation?.kind === 'link';
		if (!hasCopyright) faults.push(`${name}: no copyright file`);
	}
	const sums = packages.filter(({name}) => files.has(`var/lib/dpkg/status.d/${name}.md5sums`));
	if (sums.length === 0) faults.push('no package has md5sums');
	return faults;
}
