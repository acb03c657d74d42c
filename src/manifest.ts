/** Every id that VS Code knows of Sextant. A test holds package.json to it, both ways. */

export const extensionId = 'sextant.sextant';

export const commands = {
  openChat: 'sextant.openChat',
  newChat: 'sextant.newChat',
  newChatInEditor: 'sextant.newChatInEditor',
  openChatInEditor: 'sextant.openChatInEditor',
  openChatInWindow: 'sextant.openChatInWindow',
  moveChat: 'sextant.moveChat',
  stopAnswer: 'sextant.stopAnswer',
  compactChat: 'sextant.compactChat',
  pickModel: 'sextant.pickModel',
  setUpProvider: 'sextant.setUpProvider',
  manageProviders: 'sextant.manageProviders',
  setKey: 'sextant.setKey',
  deleteKey: 'sextant.deleteKey',
  showKeys: 'sextant.showKeys',
  indexWorkspace: 'sextant.indexWorkspace',
  pauseIndexing: 'sextant.pauseIndexing',
  resumeIndexing: 'sextant.resumeIndexing',
  rebuildIndex: 'sextant.rebuildIndex',
  rebuildHistorySearch: 'sextant.rebuildHistorySearch',
  showIndex: 'sextant.showIndex',
  chooseEmbeddingModel: 'sextant.chooseEmbeddingModel',
  chooseRerankModel: 'sextant.chooseRerankModel',
  searchCode: 'sextant.searchCode',
  findSimilarCode: 'sextant.findSimilarCode',
  showRelatedFiles: 'sextant.showRelatedFiles',
  showLeftOut: 'sextant.showLeftOut',
  pickCompletionModel: 'sextant.pickCompletionModel',
  showCompletionMenu: 'sextant.showCompletionMenu',
  pauseCompletion: 'sextant.pauseCompletion',
  resumeCompletion: 'sextant.resumeCompletion',
  showCompletionContext: 'sextant.showCompletionContext',
  showCompletionStatistics: 'sextant.showCompletionStatistics',
  backUp: 'sextant.backUp',
  restoreBackup: 'sextant.restoreBackup',
  exportChats: 'sextant.exportChats',
  importChats: 'sextant.importChats',
  clearData: 'sextant.clearData',
  showAuditLog: 'sextant.showAuditLog',
  exportAuditLog: 'sextant.exportAuditLog',
  maintainStore: 'sextant.maintainStore',
  encryptStore: 'sextant.encryptStore',
  stopEncryptingStore: 'sextant.stopEncryptingStore',
  enterRecoveryCode: 'sextant.enterRecoveryCode',
  editHere: 'sextant.editHere',
  sendInstruction: 'sextant.sendInstruction',
  cancelEdit: 'sextant.cancelEdit',
  acceptChange: 'sextant.acceptChange',
  rejectChange: 'sextant.rejectChange',
  acceptAllChanges: 'sextant.acceptAllChanges',
  rejectAllChanges: 'sextant.rejectAllChanges',
  compareChanges: 'sextant.compareChanges',
  fixProblem: 'sextant.fixProblem',
  explainCode: 'sextant.explainCode',
  documentCode: 'sextant.documentCode',
  writeTests: 'sextant.writeTests',
  refactorCode: 'sextant.refactorCode',
  simplifyCode: 'sextant.simplifyCode',
  commentToCode: 'sextant.commentToCode',
  generateCommitMessage: 'sextant.generateCommitMessage',
  reviewChanges: 'sextant.reviewChanges',
  clearReview: 'sextant.clearReview',
  showUsage: 'sextant.showUsage',
  exportUsage: 'sextant.exportUsage',
  showRequests: 'sextant.showRequests',
  exportRequests: 'sextant.exportRequests',
  switchLocalOnly: 'sextant.switchLocalOnly',
  switchTelemetry: 'sextant.switchTelemetry',
  showTelemetry: 'sextant.showTelemetry',
  storeTelemetryKey: 'sextant.storeTelemetryKey',
  showPrivacy: 'sextant.showPrivacy',
  diagnose: 'sextant.diagnose',
  addToChat: 'sextant.addToChat',
  addSelectionToChat: 'sextant.addSelectionToChat',
  addTerminalToChat: 'sextant.addTerminalToChat',
  addChangesToChat: 'sextant.addChangesToChat',
  askAboutProblem: 'sextant.askAboutProblem',
  showLog: 'sextant.showLog',
} as const;

/** What no user runs: VS Code lists no command whose name begins with an underscore. */
export const internalCommands = { completionAccepted: '_sextant.completionAccepted' } as const;

export const settings = {
  endpoints: 'sextant.endpoints',
  headers: 'sextant.headers',
  bodyParameters: 'sextant.bodyParameters',
  rateLimits: 'sextant.rateLimits',
  keyCommands: 'sextant.keyCommands',
  detectLocalServers: 'sextant.detectLocalServers',
  useWorkspaceContext: 'sextant.chat.useWorkspaceContext',
  titlesByModel: 'sextant.chat.titlesByModel',
  attachActiveFile: 'sextant.chat.attachActiveFile',
  indexAutomatically: 'sextant.index.automatic',
  indexCpuPercent: 'sextant.index.cpuPercent',
  indexDeepModel: 'sextant.index.deepModel',
  indexEmbeddingModel: 'sextant.index.embeddingModel',
  indexRerankModel: 'sextant.index.rerankModel',
  completionModel: 'sextant.completion.model',
  completionTemplate: 'sextant.completion.template',
  completionDisabledLanguages: 'sextant.completion.disabledLanguages',
  completionContext: 'sextant.completion.context',
  completionContextTokens: 'sextant.completion.contextTokens',
  storageSync: 'sextant.storage.sync',
  storageFolder: 'sextant.storage.folder',
  retentionDays: 'sextant.history.retentionDays',
  backsUpAutomatically: 'sextant.backup.automatic',
  models: 'sextant.models',
  fallbackModels: 'sextant.fallbackModels',
  responseCache: 'sextant.responseCache.answers',
  responseCacheDays: 'sextant.responseCache.days',
  responseCacheMegabytes: 'sextant.responseCache.megabytes',
  localOnly: 'sextant.privacy.localOnly',
  keepRequestsDays: 'sextant.privacy.keepRequestsDays',
  allowedProviders: 'sextant.privacy.allowedProviders',
  allowedAddresses: 'sextant.privacy.allowedAddresses',
  secretFiles: 'sextant.privacy.secretFiles',
  dailyBudget: 'sextant.usage.dailyBudget',
  monthlyBudget: 'sextant.usage.monthlyBudget',
  stopAtBudget: 'sextant.usage.stopAtBudget',
  prices: 'sextant.usage.prices',
  telemetryOptIn: 'sextant.telemetry.optIn',
  telemetryAddress: 'sextant.telemetry.address',
  telemetryHeaders: 'sextant.telemetry.headers',
} as const;

/** Who comments in the editor. */
export const commentControllers = { edit: 'sextant.edit', review: 'sextant.review' } as const;

export const submenus = { code: 'sextant.code' } as const;

export const viewContainers = { chat: 'sextant', search: 'sextantSearch' } as const;

export const views = { chat: 'sextant.chat', search: 'sextant.search' } as const;

/** Tabs among the editors. */
export const pages = {
  chat: 'sextant.chatTab',
  index: 'sextant.index',
  requests: 'sextant.requests',
  usage: 'sextant.usage',
  providers: 'sextant.providers',
  privacy: 'sextant.privacy',
} as const;

/** Keys for `when` clauses. */
export const contextKeys = {
  chatFocused: 'sextant.chatFocused',
  answering: 'sextant.answering',
  indexing: 'sextant.indexing',
  indexPaused: 'sextant.indexPaused',
  completionPaused: 'sextant.completionPaused',
  editPending: 'sextant.editPending',
} as const;

export const walkthroughs = { start: 'sextant.start' } as const;

export type CommandId = (typeof commands)[keyof typeof commands];
