import {SlipwayError} from '../../base/errors.ts';
import {safeText} from '../../base/safe-text.ts';
import type {SbomPackage} from '../../image/sbom-packages.ts';
import {nearestNames} from '../../plan/composition/nearest-names.ts';
import {findImage, packagesOf} from '../image-reference.ts';
import {jsonOption, type Configure} from '../program.ts';
import {print, printJson, style} from '../terminal.ts';
import {withServices} from '../with-services.ts';
import {pathTo} from '../../image/dependency-path.ts';

export const configure: Configure = command =>
	void command
		.argument('<name:tag>', 'a built image')
		.argument('<package>', 'a package in it')
		.addOption(jsonOption())
		.action(async (reference: string, wanted: string, options: {json?: boolean}) => {
			await withServices({}, async services => {
				const packages = await packagesOf(services, await findImage(services, reference));
				const path = pathTo(packages, wanted);
				if (path === null) throw notThere(reference, wanted, packages);
				if (options.json) printJson({package: wanted, path: path.map(toStep)});
				else print(path.map(stepText).join('\n'));
			});
		});

const toStep = ({name, version, role, requestedAs}: SbomPackage) => ({name, version, role, requestedAs});

function stepText({name, version, role, requestedAs}: SbomPackage, depth: number): string {
	const reason =
		depth > 0
			? ''
			: role === 'added'
				? `  you added it${requestedAs === null ? '' : ` as ${safeText(requestedAs)}`}`
				: '  part of the starter';
	return `${'  '.repeat(depth)}${depth > 0 ? '└ ' : ''}${style('bold', safeText(name))} ${safeText(version)}${style('dim', reason)}`;
}

function notThere(reference: string, wanted: string, packages: readonly SbomPackage[]): SlipwayError {
	const [near] = nearestNames(
		wanted,
		packages.map(({name}) => name),
		1,
	);
	return new SlipwayError('not-found', `${reference} does not contain the package ${wanted}.`, {
		hint: near ? `Did you mean ${near}?` : `\`slipway sbom ${reference}\` lists its packages.`,
	});
}
