/**
 * What a composition's fields may hold. Each check returns null, or the reason as a sentence: the composer asks at the
 * key press, the loader for a whole file.
 */
export const mostPackages = 100;

const imageName = /^[a-z](?:[a-z0-9-]{0,38})[a-z]$/;
const packageName = /^[a-z0-9][a-z0-9+.-]*$/;
const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;
const bundleName = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;
// deb-version(7): an optional epoch, then an upstream version with an optional revision.
const packageVersion = /^(?:[0-9]+:)?[A-Za-z0-9][A-Za-z0-9.+~-]*$/;
const port = /^([0-9]{1,5})(?:\/(?:tcp|udp|sctp))?$/;

export function checkImageName(name: string): string | null {
	if (name === '') return 'A name is missing: 2 to 40 letters, digits and hyphens.';
	if (name.length < 2 || name.length > 40) return 'A name has 2 to 40 characters.';
	if (/[^a-z0-9-]/.test(name)) return 'A name has lowercase letters, digits and hyphens only.';
	return imageName.test(name) ? null : 'A name begins and ends with a lowercase letter.';
}

export function checkVariableName(name: string): string | null {
	if (name === '') return 'A variable needs a name.';
	return variableName.test(name)
		? null
		: 'A variable has letters, digits and underscores, and does not begin with a digit.';
}

/** @param starterVariables names that the starter sets itself, in the line or lines concerned */
export function checkVariable(name: string, value: string, starterVariables: Iterable<string> = []): string | null {
	const reason = checkVariableName(name);
	if (reason !== null) return reason;
	for (const own of starterVariables) if (own === name) return `The starter sets ${name} itself.`;
	if (value === '') return `${name} has no value.`;
	return value.includes('\0') ? `${name} has a NUL character, which no environment can hold.` : null;
}

export function checkPackageName(name: string): string | null {
	if (name.length < 2) return 'A package name has at least 2 characters.';
	return packageName.test(name) ? null : 'A package name has lowercase letters, digits, and + - . only.';
}

/** Where a pin has fields of its own. */
export function checkPackageOrPin(text: string): string | null {
	const [name = '', version] = text.split('=', 2);
	return version === undefined ? checkPackageName(name) : `A pin is written {name: ${name}, version: ${version}}.`;
}

export function checkPackageVersion(version: string): string | null {
	return packageVersion.test(version) ? null : 'That is no Debian version, such as 8.14.1-2+deb13u2.';
}

export function checkPackageCount(count: number): string | null {
	return count <= mostPackages ? null : `A composition has at most ${mostPackages} packages; these are ${count}.`;
}

export function checkBundleName(name: string): string | null {
	return bundleName.test(name) ? null : 'A bundle name has lowercase letters, digits and inner hyphens only.';
}

export function checkPort(text: string): string | null {
	const number = Number(port.exec(text)?.[1]);
	return number >= 1 && number <= 65_535 ? null : 'A port is 1 to 65535, with /tcp, /udp or /sctp behind it.';
}

/** A path in the image. */
export function checkAbsolutePath(path: string): string | null {
	return path.startsWith('/') && !path.includes('\0') ? null : 'A path in the image begins with /.';
}
