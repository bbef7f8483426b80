import type {UnpackStep} from './sandbox-job.ts';

/**
 * What dpkg is asked to unpack packages with: in the sandbox, or in a container. Their files are at
 * `/tmp/packages/SHA256/package.deb`. Triggers wait until the packages are configured, as apt has it.
 */
export const unpackCommand = ({packages, areExtracted}: UnpackStep): readonly string[] => [
	'dpkg',
	'--force-unsafe-io',
	'--no-triggers',
	// Pre-Depends of essential packages go in circles.
	...(areExtracted ? ['--force-depends'] : []),
	'--unpack',
	...packages.map(sha256 => `/tmp/packages/${sha256}/package.deb`),
];
