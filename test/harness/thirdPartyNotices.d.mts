export function packageFolders(files: readonly string[]): string[];
export function noticesOf(folders: readonly string[], root: string): string;
