import type {PackageIndex} from '../repository/package-index.ts';

export type Variant = 'minimal' | 'dev';

/** The run-time configuration of an image, in the words of the OCI image specification. */
export interface ImageConfig {
	readonly user: string;
	readonly workdir: string;
	readonly entrypoint: readonly string[];
	readonly cmd: readonly string[];
	readonly env: Readonly<Record<string, string>>;
	/** `8080/tcp` */
	readonly ports: readonly string[];
	readonly volumes: readonly string[];
	readonly stopSignal: string | null;
	readonly labels: Readonly<Record<string, string>>;
}

/**
 * A folder, link or file that the image has beside its packages: `/app`, `/var/lib/postgresql/data`. A folder, unless
 * `link`, `content` or `absent` is set; at most one of them is.
 */
export interface StarterPath {
	readonly path: string;
	readonly mode: string;
	/** Names from the image's own /etc/passwd, or numbers. */
	readonly owner: string;
	readonly group: string;
	/** Target, if the path is a symbolic link. */
	readonly link: string | null;
	/** Text of a regular file; it replaces one that a package left there. */
	readonly content?: string;
	/**
	 * True: what packages and their scripts left at the path does not enter the image. For secrets that every container
	 * of an image would share (a generated key, an Erlang cookie), which also differ from build to build.
	 */
	readonly absent?: boolean;
	/** True: laid down before maintainer scripts run, so that they find it. Owner and group are numbers then. */
	readonly beforeConfigure?: boolean;
}

/** One upstream release branch of a starter, as the indexes have it now. */
export interface StarterLine {
	/** `8.4` */
	readonly line: string;
	/** The release it lives in: `trixie`. */
	readonly suite: string;
	/** Upstream version of the primary package: `8.4.11`. */
	readonly version: string;
	readonly primaryPackage: string;
	/** Root packages of the minimal variant. */
	readonly packages: readonly string[];
	/** Further root packages of the dev variant (shell, package manager, compilers …). */
	readonly devPackages: readonly string[];
	/** Of the minimal variant. */
	readonly config: ImageConfig;
	/** What the dev variant has instead, field by field: root, and a shell where the minimal variant only prints a version. */
	readonly devConfig?: Partial<ImageConfig>;
	readonly paths: readonly StarterPath[];
	/** End of life of the upstream branch, `2028-12-31`, where the starter's file knows it. */
	readonly endOfLife: string | null;
	/** True where the line is meant for FIPS use: packages that a rules file calls validated come first. */
	readonly fips?: boolean;
}

export interface Starter {
	readonly name: string;
	readonly title: string;
	readonly description: string;
	readonly category: string;
	readonly variants: readonly Variant[];
	/** Most advanced first. */
	readonly lines: readonly StarterLine[];
}

/** Indexes by release. */
export type IndexesByRelease = ReadonlyMap<string, PackageIndex>;
