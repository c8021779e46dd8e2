/** A running VS Code server for the browser, with a data folder of its own that `stop()` deletes. */
export interface VscodeServer {
  /** `http://host:port` */
  readonly origin: string;
  /** All that the server printed. */
  readonly log: string;
  /** Where VS Code keeps `User/settings.json`, and the extensions that it offers. */
  readonly folders: { root: string; data: string; extensions: string };
  /** The address of a folder opened in the workbench; `payload` is a list of pairs as the workbench expects it. */
  urlOf(folder: string, payload?: [string, string][]): string;
  /** The address that names a path of this machine inside the workbench. */
  remoteUri(file: string): string;
  stop(): Promise<void>;
}

export interface ServerOptions {
  host?: string;
  /** 0 picks a free one. */
  port?: number;
  /** Guards the address; without one anybody on this machine may connect. */
  token?: string;
  /** User settings. */
  settings?: Record<string, unknown>;
  /** Those of machine scope, which a server does not take from a person's own. */
  machineSettings?: Record<string, unknown>;
  /** Packages to install. */
  vsix?: string[];
  /** Extension folders to offer as if they were installed. */
  extensions?: string[];
  /** Honours the test payload of an address. */
  testing?: boolean;
  /** Leaves the question of Workspace Trust out (the default). */
  trustAll?: boolean;
  env?: Record<string, string>;
}

/** Sets the server up if need be and starts it. */
export function startServer(options?: ServerOptions): Promise<VscodeServer>;
