/** The thread that reads foreign files: what takes long there keeps nobody waiting, and can be stopped at any moment. */
import { parentPort, workerData } from "node:worker_threads";
import { readForeignFile } from "../../disk/foreignFile";
import type { ImportTask, ImportWord } from "./importThread";

const { source, mapping } = workerData as ImportTask;
const tell = (word: ImportWord) => parentPort?.postMessage(word);

void readForeignFile(source, { mapping, progress: (traces) => tell({ traces }) }).then((result) => tell({ result }));
