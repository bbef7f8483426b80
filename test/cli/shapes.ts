import * as z from 'zod';

/** The JSON that scripts rely on, field by field: more may be added, these stay. */

const text = z.string();
const count = z.number().int().nonnegative();

const conflict = z.object({
	summary: text,
	steps: z.array(z.unknown()).min(1),
	suggestions: z.array(z.unknown()),
});

export const planShape = z.object({
	image: text,
	starter: text,
	variant: z.enum(['minimal', 'dev']),
	lines: z.array(
		z.object({
			line: text,
			suite: text,
			version: text,
			status: z.enum(['ok', 'conflict', 'skipped']),
			tags: z.array(text),
			packages: z.array(
				z.object({
					name: text,
					version: text,
					architecture: z.enum(['amd64', 'arm64', 'all']),
					role: z.enum(['starter', 'added', 'dependency', 'build-only']),
					requestedAs: text.nullable(),
					inImage: z.boolean(),
					downloadSize: count,
					installedSize: count,
				}),
			),
			skippedAutos: z.array(text),
			conflict: conflict.nullable(),
		}),
	),
});

export const searchShape = z.object({
	query: text,
	tookMs: z.number().nonnegative(),
	total: count,
	families: z
		.array(
			z.object({
				family: text,
				auto: text.nullable(),
				summary: text,
				blocked: z.object({package: text, version: text, line: text}).nullable(),
				members: z.array(z.object({name: text, version: text, suite: text})).min(1),
			}),
		)
		.min(1),
});

export const startersShape = z
	.array(
		z.object({
			name: text,
			description: text,
			variants: z.array(text).min(1),
			lines: z.array(z.object({line: text, suite: text, version: text, packages: z.array(text)})).min(1),
		}),
	)
	.min(1);

export const imagesShape = z
	.array(
		z.object({
			name: text,
			starter: text,
			status: text,
			lines: z.array(
				z.object({
					line: text,
					status: text,
					digest: text.nullable(),
					tags: z.array(text),
					size: count.nullable(),
					builtAt: z.iso.datetime().nullable(),
				}),
			),
		}),
	)
	.min(1);

export const buildEndShape = z.object({
	type: z.literal('build/finished'),
	seq: count,
	at: z.iso.datetime(),
	status: z.enum(['created', 'some lines created', 'image build failed', 'cancelled']),
	lines: z.array(
		z.object({
			line: text,
			status: z.enum(['created', 'up to date', 'failed', 'skipped', 'cancelled']),
			digest: text.nullable(),
			tags: z.array(text),
			size: count.nullable(),
			traceId: text,
			error: z.object({code: text, message: text, hint: text.nullable()}).nullable(),
		}),
	),
});
