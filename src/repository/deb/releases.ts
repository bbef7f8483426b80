import {SlipwayError} from '../../base/errors.ts';
import {safeText} from '../../base/safe-text.ts';

/** Which archive holds a suite: Debian keeps security suites in one of their own. */
export type Archive = 'main' | 'security';

export interface SuiteDefinition {
	readonly suite: string;
	readonly archive: Archive;
	/** A release is not usable without it. */
	readonly isRequired: boolean;
}

export interface ReleaseDefinition {
	readonly release: string;
	/** The main suite first. */
	readonly suites: readonly SuiteDefinition[];
}

/** Newest first. Testing gets its security fixes through unstable, and may go without suites for updates or security. */
export const debianReleases: readonly ReleaseDefinition[] = [
	defineRelease('forky', {isReleased: false}),
	defineRelease('trixie', {isReleased: true}),
	defineRelease('bookworm', {isReleased: true}),
];

/** Throws `bad-input` for a release that Slipway does not know. */
export function releaseNamed(name: string): ReleaseDefinition {
	const found = debianReleases.find(release => release.release === name);
	if (found !== undefined) return found;
	throw new SlipwayError('bad-input', `There is no release \`${safeText(name)}\`.`, {
		hint: `Releases are ${debianReleases.map(release => release.release).join(', ')}.`,
	});
}

function defineRelease(release: string, {isReleased}: {readonly isReleased: boolean}): ReleaseDefinition {
	return {
		release,
		suites: [
			{suite: release, archive: 'main', isRequired: true},
			{suite: `${release}-updates`, archive: 'main', isRequired: false},
			{suite: `${release}-security`, archive: 'security', isRequired: isReleased},
		],
	};
}
