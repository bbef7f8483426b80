import {describe, expect, test} from 'vitest';
import type {PackageIndex} from '../../src/repository/package-index.ts';
import {resolve} from '../../src/plan/resolver/resolve.ts';
import {indexOf} from './small-repository.ts';

/** Roots as `NAME` or `NAME=VERSION`; the answer as `NAME=VERSION` in the order of installation, or `conflict`. */
function resolved(index: PackageIndex, roots: readonly string[], given: readonly string[] = []): string {
	const ids = given.map(text => {
		const [name = '', version] = text.split('=');
		return index.packagesNamed(name).find(id => version === undefined || index.versionOf(id) === version)!;
	});
	const resolution = resolve({
		index,
		given: ids,
		roots: roots.map(text => {
			const [name = '', version = null] = text.split('=');
			return {name, version, origin: 'added'};
		}),
	});
	if (resolution.kind === 'conflict') return 'conflict';
	return resolution.packages.map(id => `${index.nameOf(id)}=${index.versionOf(id)}`).join(' ');
}

interface Case {
	readonly title: string;
	readonly repository: string;
	readonly roots: readonly string[];
	readonly given?: readonly string[];
	readonly expected: string;
}

const cases: readonly Case[] = [
	{
		title: 'dependencies come before what needs them',
		repository: `
			Package: a
			Depends: b

			Package: b
			Pre-Depends: c

			Package: c`,
		roots: ['a'],
		expected: 'c=1 b=1 a=1',
	},
	{
		title: 'the newest version is taken, epochs first',
		repository: `
			Package: a
			Version: 9.0

			Package: a
			Version: 1:1.0

			Package: a
			Version: 1:1.0~rc1`,
		roots: ['a'],
		expected: 'a=1:1.0',
	},
	{
		title: 'a pinned version is taken instead',
		repository: `
			Package: a
			Version: 1

			Package: a
			Version: 2`,
		roots: ['a=1'],
		expected: 'a=1',
	},
	{
		title: 'a pin brings the older versions that go with it',
		repository: `
			Package: tool
			Version: 1
			Depends: libtool (= 1)

			Package: tool
			Version: 2
			Depends: libtool (= 2)

			Package: libtool
			Version: 1

			Package: libtool
			Version: 2`,
		roots: ['tool=1'],
		expected: 'libtool=1 tool=1',
	},
	{
		title: 'the first alternative that can be installed is taken',
		repository: `
			Package: a
			Depends: gone | broken | good | better

			Package: broken
			Depends: gone

			Package: good

			Package: better`,
		roots: ['a'],
		expected: 'good=1 a=1',
	},
	{
		title: 'an alternative that is taken anyway is enough',
		repository: `
			Package: a
			Depends: first | second, b

			Package: b
			Depends: second

			Package: first

			Package: second`,
		roots: ['second', 'a'],
		expected: 'second=1 b=1 a=1',
	},
	{
		title: 'a real package comes before those that provide its name',
		repository: `
			Package: a
			Depends: mail

			Package: exim
			Provides: mail
			Priority: required

			Package: mail`,
		roots: ['a'],
		expected: 'mail=1 a=1',
	},
	{
		title: 'among providers the higher priority comes first',
		repository: `
			Package: a
			Depends: mail

			Package: exim
			Provides: mail
			Priority: standard

			Package: postfix
			Provides: mail`,
		roots: ['a'],
		expected: 'exim=1 a=1',
	},
	{
		title: 'an unversioned Provides meets no versioned relation',
		repository: `
			Package: a
			Depends: api (>= 2)

			Package: old
			Provides: api

			Package: new
			Provides: api (= 2.1)`,
		roots: ['a'],
		expected: 'new=1 a=1',
	},
	{
		title: 'Conflicts with a name that is provided does not hit the package itself',
		repository: `
			Package: exim
			Provides: mail
			Conflicts: mail

			Package: a
			Depends: mail`,
		roots: ['a'],
		expected: 'exim=1 a=1',
	},
	{
		title: 'two providers that conflict over the name cannot both be there',
		repository: `
			Package: exim
			Provides: mail
			Conflicts: mail

			Package: postfix
			Provides: mail
			Conflicts: mail`,
		roots: ['exim', 'postfix'],
		expected: 'conflict',
	},
	{
		title: 'Breaks counts for the versions that it names only',
		repository: `
			Package: a
			Breaks: b (<< 2)

			Package: b
			Version: 2`,
		roots: ['a', 'b'],
		expected: 'a=1 b=2',
	},
	{
		title: 'NAME:any is met by Multi-Arch: allowed only',
		repository: `
			Package: a
			Depends: python:any

			Package: python
			Multi-Arch: allowed

			Package: b
			Depends: lib:any

			Package: lib
			Multi-Arch: same`,
		roots: ['a'],
		expected: 'python=1 a=1',
	},
	{
		title: 'NAME:any is not met by Multi-Arch: same',
		repository: `
			Package: b
			Depends: lib:any

			Package: lib
			Multi-Arch: same`,
		roots: ['b'],
		expected: 'conflict',
	},
	{
		title: 'the own architecture as a qualifier is met, a foreign one is not',
		repository: `
			Package: a
			Depends: lib:i386 | lib:amd64

			Package: lib`,
		roots: ['a'],
		expected: 'lib=1 a=1',
	},
	{
		title: 'a circle stands together, Pre-Depends within it first',
		repository: `
			Package: a
			Depends: b

			Package: b
			Depends: c

			Package: c
			Depends: a
			Pre-Depends: b`,
		roots: ['a'],
		expected: 'a=1 b=1 c=1',
	},
	{
		title: 'Recommends are not installed',
		repository: `
			Package: a
			Recommends: b

			Package: b`,
		roots: ['a'],
		expected: 'a=1',
	},
	{
		title: 'a choice that leads nowhere is taken back, as deep as it lies',
		repository: `
			Package: a
			Depends: x1 | x2, y

			Package: x1
			Depends: z1

			Package: x2

			Package: z1
			Depends: w

			Package: w
			Conflicts: y

			Package: y`,
		roots: ['a'],
		expected: 'x2=1 y=1 a=1',
	},
	{
		title: 'an older version is taken where the newest cannot be',
		repository: `
			Package: a
			Depends: b

			Package: b
			Version: 2
			Depends: gone

			Package: b
			Version: 1`,
		roots: ['a'],
		expected: 'b=1 a=1',
	},
	{
		title: 'a name that is only provided is met by its best provider',
		repository: `
			Package: exim
			Provides: mail

			Package: postfix
			Provides: mail
			Priority: important`,
		roots: ['mail'],
		expected: 'postfix=1',
	},
	{
		title: 'what is given is neither listed again nor changed',
		repository: `
			Package: a
			Depends: lib

			Package: lib
			Version: 1

			Package: lib
			Version: 2`,
		roots: ['a'],
		given: ['lib=1'],
		expected: 'a=1',
	},
	{
		title: 'a need for a newer version than the given one is a conflict',
		repository: `
			Package: a
			Depends: lib (>= 2)

			Package: lib
			Version: 1

			Package: lib
			Version: 2`,
		roots: ['a'],
		given: ['lib=1'],
		expected: 'conflict',
	},
	{
		title: 'what a given package rejects cannot come',
		repository: `
			Package: lib
			Breaks: a

			Package: a`,
		roots: ['a'],
		given: ['lib'],
		expected: 'conflict',
	},
	{
		title: 'a given alternative is preferred to a new one',
		repository: `
			Package: a
			Depends: first | second

			Package: first

			Package: second`,
		roots: ['a'],
		given: ['second'],
		expected: 'a=1',
	},
];

describe('resolve', () => {
	test.each(cases)('$title', ({repository, roots, given, expected}) => {
		expect(resolved(indexOf(repository), roots, given)).toBe(expected);
	});

	test('a package that the repository does not have is a conflict of one requirement', () => {
		const resolution = resolve({
			index: indexOf('Package: a'),
			roots: [{name: 'nothing', version: null, origin: 'added'}],
		});
		expect(resolution).toMatchObject({kind: 'conflict', core: [{kind: 'root', root: {name: 'nothing'}, targets: []}]});
	});

	test('ends with `cancelled` when its signal has fired', () => {
		const request = {index: indexOf('Package: a'), roots: [], signal: AbortSignal.abort()};
		expect(() => resolve(request)).toThrow(expect.objectContaining({code: 'cancelled'}));
	});
});
