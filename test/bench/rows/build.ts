import type {Plan, PlannedPackage} from '../../../src/plan/plan.ts';
import {whyMissing} from '../../support/needs.ts';
import type {SlipwayHome} from '../../support/slipway.ts';
import {benchHome} from '../bench-home.ts';
import {buildImage, compositionFile, forgetBuilds, type BenchComposition, type PhaseSeconds} from '../build-image.ts';
import {makeRecipe, measureBuildah, measureDockerBuild, measureMmdebstrap, type Recipe} from '../build-peers.ts';
import {servePlannedPackages} from '../planned-packages.ts';
import {median, timed, type BenchResult, type BenchRow} from '../row.ts';

const suite = 'trixie';
const php = (...packages: readonly string[]) => ({
	starter: 'php',
	lines: ['8.4'],
	packages: ['php-curl-auto', 'php-mbstring-auto', 'tini', ...packages],
});
const image = php();
const oneMore = php('sqlite3');
/** apt is for docker build's base image alone. */
const withApt = php('sqlite3', 'apt');

/**
 * One line of php. Packages are downloaded before the clock runs; the peers take the same files from a repository on loopback.
 * mmdebstrap makes the same tree; docker and buildah have a Dockerfile whose one RUN line installs one package more than before.
 */
export const build: BenchRow = {
	name: 'build',
	title:
		'a build from downloaded packages, with one more package, and unchanged; beside mmdebstrap, docker and buildah',
	async measure({runs, note}) {
		const home = await benchHome(note);
		const few = Math.min(runs, 3);
		await buildImage(home, withApt);
		const served = await packagesOf(home, withApt);
		const packages = await packagesOf(home, oneMore);
		note(`  ${packages.length} packages`);

		const fromPackages: number[] = [];
		const unchanged: number[] = [];
		const withOneMore: number[] = [];
		let phases: PhaseSeconds = new Map();
		for (let run = 0; run < few; run += 1) {
			await forgetBuilds(home);
			const started = performance.now();
			phases = await buildImage(home, image);
			fromPackages.push(performance.now() - started);
			unchanged.push(await timed(() => buildImage(home, image)));
			withOneMore.push(await timed(() => buildImage(home, oneMore)));
		}

		const repository = await servePlannedPackages(home, suite, served);
		try {
			const names = packages.map(({name}) => name);
			const peer = async (
				name: string,
				missing: string | null,
				measure: () => Promise<number>,
			): Promise<BenchResult['peer']> => (missing === null ? {name, value: (await measure()) / 1000} : {name, missing});
			const root = whyMissing('root') ?? whyMissing('mmdebstrap');
			let made: Promise<Recipe> | undefined;
			const recipe = () => (made ??= makeRecipe(repository, suite, names));
			const noDocker = root ?? whyMissing('docker');
			const noBuildah = root ?? whyMissing('buildah');
			return [
				{
					what: `build, ${names.length} packages downloaded, nothing else cached`,
					unit: 's',
					ours: median(fromPackages) / 1000,
					budget: {kind: 'share of peer', value: 1 / 3},
					peer: await peer('mmdebstrap', root, () => measureMmdebstrap(repository, suite, names, few)),
				},
				...[...phases].map(([phase, seconds]): BenchResult => {
					return {what: `– of it, phase ${phase}`, unit: 's', ours: seconds, budget: null, peer: null};
				}),
				{
					what: 'build with one more package',
					unit: 's',
					ours: median(withOneMore) / 1000,
					budget: {kind: 'share of peer', value: 1 / 8},
					peer: await peer('docker build', noDocker, async () => measureDockerBuild(await recipe(), few)),
				},
				{
					what: 'build with one more package',
					unit: 's',
					ours: median(withOneMore) / 1000,
					budget: {kind: 'share of peer', value: 1 / 8},
					peer: await peer('buildah build', noBuildah, async () => measureBuildah(await recipe(), few)),
				},
				{
					what: 'build with nothing changed',
					unit: 's',
					ours: median(unchanged) / 1000,
					budget: {kind: 'at most', value: 0.5},
					peer: null,
				},
			];
		} finally {
			await repository.close();
		}
	},
};

async function packagesOf(home: SlipwayHome, composition: BenchComposition): Promise<readonly PlannedPackage[]> {
	const result = await home.run(['plan', await compositionFile(home, composition), '--json']);
	if (result.exitCode !== 0) throw new Error(`slipway plan: ${result.stderr}`);
	return (result.json() as Plan).lines.flatMap(line => line.packages);
}
