import * as z from 'zod';

/** The form of a file in `starters/`: what a starter is, from which the indexes then give its lines. */

const packageName = z
	.string()
	.regex(/^[a-z0-9{][a-z0-9+.{}-]*$/, 'a package name, in which {line} stands for the line');

const absolutePath = z
	.string()
	.regex(
		/^\/(?!.*(?:^|\/)\.\.?(?:\/|$)).*[^/]$|^\/$/,
		'an absolute path without . and .. and without a slash at its end',
	);

const path = z
	.strictObject({
		path: absolutePath,
		mode: z
			.string()
			.regex(/^[0-7]{4}$/, 'four octal digits, in quotes')
			.optional(),
		owner: z.string().min(1).default('root'),
		group: z.string().min(1).default('root'),
		link: z.string().min(1).optional().describe('Target, for a symbolic link'),
		content: z.string().optional().describe('Text, for a regular file'),
		absent: z.literal(true).optional().describe('What packages left there does not enter the image'),
		beforeConfigure: z.literal(true).optional().describe('Laid down before maintainer scripts run'),
	})
	.refine(
		({link, content, absent}) => [link, content, absent].filter(value => value !== undefined).length <= 1,
		'at most one of link, content and absent',
	)
	.refine(
		({beforeConfigure, owner, group}) => beforeConfigure !== true || (/^\d+$/.test(owner) && /^\d+$/.test(group)),
		'owner and group as numbers: before configuring there are no names',
	);

const config = z.strictObject({
	user: z.string().min(1),
	workdir: absolutePath,
	entrypoint: z.array(z.string()),
	cmd: z.array(z.string()),
	env: z.record(z.string().regex(/^[A-Za-z_]\w*$/, 'a variable name'), z.string()),
	ports: z.array(z.string().regex(/^\d{1,5}\/(?:tcp|udp)$/, 'like 8080/tcp')),
	volumes: z.array(absolutePath),
	stopSignal: z.string().regex(/^SIG[A-Z0-9+]+$/, 'like SIGTERM'),
});

const pattern = z.string().refine(isPattern, 'a regular expression');

export const starterDefinitionSchema = z
	.strictObject({
		name: z.string().regex(/^[a-z][a-z0-9-]*$/, 'lowercase letters, digits and hyphens'),
		title: z.string().min(1),
		description: z.string().min(1),
		category: z.enum(['base', 'language', 'web', 'database', 'messaging']),
		variants: z
			.array(z.enum(['minimal', 'dev']))
			.min(1)
			.default(['minimal', 'dev']),
		fips: z.boolean().default(false).describe('Packages that a rules file calls validated come first'),
		primary: z.strictObject({
			package: pattern
				.regex(/^[a-z0-9-]{3}/, 'three letters to begin with, then a regular expression')
				.describe('Whole name of the primary package; a group named `line` is the line'),
			lineParts: z
				.int()
				.min(1)
				.max(3)
				.optional()
				.describe('Without that group: how many parts of the upstream version make the line'),
			version: pattern
				.optional()
				.describe('Its groups, joined by dots, are the version; the upstream version where it does not match'),
		}),
		releases: z
			.array(z.string().min(1))
			.min(1)
			.describe('Where to look, in order: a line lives in the first that has it'),
		packages: z.strictObject({minimal: z.array(packageName).min(1), dev: z.array(packageName)}),
		endOfLife: z.record(z.string(), z.iso.date()).default({}),
		config: config.partial().required({user: true, workdir: true}),
		devConfig: config.partial().default({}),
		paths: z.array(path).default([]),
	})
	.refine(({primary}) => primary.package.includes('(?<line>') !== (primary.lineParts !== undefined), {
		path: ['primary'],
		error: 'either a group named `line` in `package`, or `lineParts`',
	});

export type StarterDefinition = z.infer<typeof starterDefinitionSchema>;
export type StarterPathDefinition = StarterDefinition['paths'][number];

/** The JSON Schema of a starter's file, for editors. */
export function starterJsonSchema(): Record<string, unknown> {
	const schema = z.toJSONSchema(starterDefinitionSchema, {io: 'input'});
	return {...schema, title: 'Slipway starter image'};
}

function isPattern(text: string): boolean {
	try {
		return new RegExp(text, 'u') instanceof RegExp;
	} catch {
		return false;
	}
}
