import type {Configure} from './program.ts';

export interface CommandEntry {
	readonly name: string;
	readonly summary: string;
	readonly load: () => Promise<Configure>;
}

/** Every command, in the order of the help. */
export const commands: readonly CommandEntry[] = [
	{
		name: 'update',
		summary: 'refresh the repository indexes',
		load: async () => (await import('./commands/update.ts')).configure,
	},
	{
		name: 'starters',
		summary: 'list starter images, or the packages of one',
		load: async () => (await import('./commands/starters.ts')).configure,
	},
	{
		name: 'search',
		summary: 'search package families',
		load: async () => (await import('./commands/search.ts')).configure,
	},
	{
		name: 'plan',
		summary: 'show what every line will contain; build nothing',
		load: async () => (await import('./commands/plan.ts')).configure,
	},
	{
		name: 'build',
		summary: 'build a composition on every line',
		load: async () => (await import('./commands/build.ts')).configure,
	},
	{
		name: 'outdated',
		summary: 'say which images are stale, and what a rebuild would change',
		load: async () => (await import('./commands/outdated.ts')).configure,
	},
	{
		name: 'rebuild',
		summary: 'rebuild the lines of images that would change',
		load: async () => (await import('./commands/rebuild.ts')).configure,
	},
	{
		name: 'rollback',
		summary: 'move the tags of an image back to an older build',
		load: async () => (await import('./commands/rollback.ts')).configure,
	},
	{
		name: 'schedule',
		summary: 'rebuild outdated images regularly, by systemd or cron',
		load: async () => (await import('./commands/schedule.ts')).configure,
	},
	{
		name: 'actions',
		summary: 'list, test and deliver the actions of config/actions.yaml',
		load: async () => (await import('./commands/actions.ts')).configure,
	},
	{
		name: 'watch',
		summary: 'watch a running build',
		load: async () => (await import('./commands/watch.ts')).configure,
	},
	{
		name: 'images',
		summary: 'list private images',
		load: async () => (await import('./commands/images.ts')).configure,
	},
	{
		name: 'show',
		summary: 'show a private image',
		load: async () => (await import('./commands/show.ts')).configure,
	},
	{
		name: 'edit',
		summary: 'edit a composition in $EDITOR, or many at once by options',
		load: async () => (await import('./commands/edit.ts')).configure,
	},
	{
		name: 'rm',
		summary: 'delete a private image',
		load: async () => (await import('./commands/rm.ts')).configure,
	},
	{
		name: 'builds',
		summary: 'list builds',
		load: async () => (await import('./commands/builds.ts')).configure,
	},
	{
		name: 'logs',
		summary: 'print the full log of a build or of one line',
		load: async () => (await import('./commands/logs.ts')).configure,
	},
	{
		name: 'diagnose',
		summary: 'write all that tells why a build went as it did to one file, without secrets',
		load: async () => (await import('./commands/diagnose.ts')).configure,
	},
	{
		name: 'cancel',
		summary: 'cancel a running build, or one of its lines',
		load: async () => (await import('./commands/cancel.ts')).configure,
	},
	{
		name: 'sbom',
		summary: 'print the SBOM of a built image',
		load: async () => (await import('./commands/sbom.ts')).configure,
	},
	{
		name: 'why',
		summary: 'show why a package is in an image, or would be',
		load: async () => (await import('./commands/why.ts')).configure,
	},
	{
		name: 'diff',
		summary: 'compare two tags, builds or compositions',
		load: async () => (await import('./commands/diff.ts')).configure,
	},
	{
		name: 'export',
		summary: 'write an image to a folder, an archive or Docker',
		load: async () => (await import('./commands/export.ts')).configure,
	},
	{
		name: 'export-definition',
		summary: 'print a plan in another tool’s words',
		load: async () => (await import('./commands/export-definition.ts')).configure,
	},
	{
		name: 'serve',
		summary: 'serve the local images as a registry to pull from',
		load: async () => (await import('./commands/serve.ts')).configure,
	},
	{
		name: 'gc',
		summary: 'remove what no image needs any more',
		load: async () => (await import('./commands/gc.ts')).configure,
	},
	{
		name: 'baseline',
		summary: 'manage what compositions have in common',
		load: async () => (await import('./commands/baseline.ts')).configure,
	},
	{
		name: 'bundle',
		summary: 'manage file bundles',
		load: async () => (await import('./commands/bundle.ts')).configure,
	},
	{
		name: 'config',
		summary: 'read and change settings',
		load: async () => (await import('./commands/config.ts')).configure,
	},
	{
		name: 'doctor',
		summary: 'check what works on this host, and how to mend what does not',
		load: async () => (await import('./commands/doctor.ts')).configure,
	},
	{
		name: 'completion',
		summary: 'print shell completion for bash, zsh or fish',
		load: async () => (await import('./commands/completion.ts')).configure,
	},
];
