import {parse} from 'yaml';
import * as z from 'zod';
import {messageOf, SlipwayError} from '../base/errors.ts';

/** What a repository says of a package under FIPS 140: in validated form, or nothing that the standard is about. */
export type FipsLabel = 'validated' | 'neutral';

const pattern = z
	.string()
	.regex(/^[a-z0-9*][a-z0-9+.*-]*$/, 'a package or family name, in which * stands for anything');

/** A repository's rules file: `fips: {validated: [openssl-fips*], neutral: [tzdata]}`. */
export const packageRulesSchema = z.strictObject({
	fips: z
		.strictObject({validated: z.array(pattern).default([]), neutral: z.array(pattern).default([])})
		.default({validated: [], neutral: []}),
});

export interface PackageRules {
	/** Null for a package that the rules do not name. */
	labelOf(name: string): FipsLabel | null;
}

/** Throws `bad-input` naming the file and the field. */
export function parsePackageRules(text: string, file: string): PackageRules {
	let value: unknown;
	try {
		value = parse(text);
	} catch (error) {
		throw refused(file, messageOf(error), error);
	}
	const result = packageRulesSchema.safeParse(value ?? {});
	if (!result.success) {
		const [issue] = result.error.issues;
		throw refused(file, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is wrong'}`, result.error);
	}
	const validated = matcherOf(result.data.fips.validated);
	const neutral = matcherOf(result.data.fips.neutral);
	return {labelOf: name => (validated(name) ? 'validated' : neutral(name) ? 'neutral' : null)};
}

function matcherOf(patterns: readonly string[]): (name: string) => boolean {
	const exact = new Set(patterns.filter(text => !text.includes('*')));
	const open = patterns.filter(text => text.includes('*')).map(wildcard);
	return name => exact.has(name) || open.some(expression => expression.test(name));
}

function wildcard(text: string): RegExp {
	const parts = text.split('*').map(part => part.replaceAll(/[.+]/g, String.raw`\$&`));
	return new RegExp(`^${parts.join('.*')}$`);
}

function refused(file: string, message: string, cause: unknown): SlipwayError {
	return new SlipwayError('bad-input', `The rules file ${file} is refused: ${message}`, {
		hint: 'Write `fips: {validated: [NAME…], neutral: [NAME…]}`.',
		details: {file},
		cause,
	});
}
