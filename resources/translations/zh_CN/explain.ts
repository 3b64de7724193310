<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AnswerColumn</name>
    <message>
        <source>Causes appear here</source>
        <translation>原因会显示在这里</translation>
    </message>
    <message>
        <source>The likeliest first, each with the words that prove it, who has to act, and what settles it. Passwords in the text are hidden at once.</source>
        <translation>最可能的在前，每个都标出能证明它的文字、该由谁处理、如何判定。文本里的密码会立即隐藏。</translation>
    </message>
    <message>
        <source>From words only, not measured</source>
        <translation>只看文本，尚未实测</translation>
    </message>
    <message>
        <source>Follows from it: {causes}</source>
        <translation>由它引起：{causes}</translation>
    </message>
    <message>
        <source>Ruled out: {causes}</source>
        <translation>可以排除：{causes}</translation>
    </message>
    <message>
        <source>Possible causes, the likeliest first</source>
        <translation>可能的原因，最可能的在前</translation>
    </message>
    <message>
        <source>The cause</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>The answer</source>
        <translation>结果</translation>
    </message>
</context>
<context>
    <name>Catalogue</name>
    <message>
        <source>{found} of {all} causes</source>
        <translation>{all} 个原因中的 {found} 个</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>怎么办</translation>
    </message>
    <message>
        <source>The same words may also mean</source>
        <translation>同样的文字也可能是</translation>
    </message>
    <message>
        <source>What follows from it</source>
        <translation>由它引起的</translation>
    </message>
    <message>
        <source>Known from: {source}</source>
        <translation>依据：{source}</translation>
    </message>
    <message>
        <source>What brokers write then</source>
        <translation>此时 Broker 日志的写法</translation>
    </message>
    <message>
        <source>Search all causes, in English or Chinese</source>
        <translation>搜索所有原因，中英文均可</translation>
    </message>
    <message>
        <source>Causes</source>
        <translation>原因列表</translation>
    </message>
</context>
<context>
    <name>CauseCard</name>
    <message>
        <source>{letters}: line {line}</source>
        <translation>{letters}：第 {line} 行</translation>
    </message>
    <message>
        <source>Settled by: {what}</source>
        <translation>判定：{what}</translation>
    </message>
    <message>
        <source>In the broker&apos;s log, lines like these:</source>
        <translation>Broker 日志里类似这样的行：</translation>
    </message>
    <message>
        <source>About this cause</source>
        <translation>关于这个原因</translation>
    </message>
</context>
<context>
    <name>ExplainPage</name>
    <message>
        <source>{writer} See mark {letter}.</source>
        <translation>{writer}见标记 {letter}。</translation>
    </message>
    <message>
        <source>Reading the text</source>
        <translation>正在读取文本</translation>
    </message>
    <message>
        <source>… {count} lines are not shown …</source>
        <translation>…… 未显示 {count} 行 ……</translation>
    </message>
    <message>
        <source>Text of {lines} lines</source>
        <translation>共 {lines} 行文本</translation>
    </message>
    <message>
        <source>Text of one line</source>
        <translation>共 1 行文本</translation>
    </message>
    <message>
        <source>Secrets hidden: {count}</source>
        <translation>密码已隐藏 {count} 处</translation>
    </message>
    <message>
        <source>Worth knowing</source>
        <translation>请注意</translation>
    </message>
    <message>
        <source>What to add</source>
        <translation>建议补充</translation>
    </message>
    <message>
        <source>The text could not be read</source>
        <translation>无法读取文本</translation>
    </message>
    <message>
        <source>Open a text or log</source>
        <translation>打开文本或日志</translation>
    </message>
    <message>
        <source>Texts (*.txt *.log *.out *.json);;All files (*)</source>
        <translation>文本 (*.txt *.log *.out *.json);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Explain an error</source>
        <translation>解释报错</translation>
    </message>
    <message>
        <source>Paste any client&apos;s error, stack trace or log excerpt. Everything stays on this computer.</source>
        <translation>粘贴任何客户端的报错、堆栈或日志片段。全部在本机分析。</translation>
    </message>
    <message>
        <source>Open a file…</source>
        <translation>打开文件…</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>粘贴</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清空</translation>
    </message>
    <message>
        <source>Back to the text</source>
        <translation>回到文本</translation>
    </message>
    <message>
        <source>All causes</source>
        <translation>所有原因</translation>
    </message>
    <message>
        <source>Text to explain</source>
        <translation>要解释的文本</translation>
    </message>
    <message>
        <source>Paste here: an error, a stack trace, lines of a log, or bytes</source>
        <translation>在这里粘贴：报错、堆栈、日志片段或字节</translation>
    </message>
</context>
<context>
    <name>SeenCard</name>
    <message>
        <source>Seen on this computer once</source>
        <translation>这台电脑上见过 1 次</translation>
    </message>
    <message>
        <source>Seen on this computer {count} times</source>
        <translation>这台电脑上见过 {count} 次</translation>
    </message>
    <message>
        <source>Open the report</source>
        <translation>打开报告</translation>
    </message>
    <message>
        <source>Open the newest report</source>
        <translation>打开最近的报告</translation>
    </message>
    <message>
        <source>{time}, {target}: {title}</source>
        <translation>{time}，{target}：{title}</translation>
    </message>
</context>
<context>
    <name>TargetCard</name>
    <message>
        <source>Filled from the text, mark {letter}</source>
        <translation>已从文本填好，见标记 {letter}</translation>
    </message>
    <message>
        <source>Turn this into a check</source>
        <translation>转成一次检查</translation>
    </message>
    <message>
        <source>Filled from the text</source>
        <translation>已从文本填好</translation>
    </message>
    <message>
        <source>Check it now</source>
        <translation>立即检查</translation>
    </message>
    <message>
        <source>Save as a profile</source>
        <translation>保存为配置</translation>
    </message>
    <message>
        <source>Read-only</source>
        <translation>只读</translation>
    </message>
    <message>
        <source>not in the text</source>
        <translation>文本里没有</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>协议</translation>
    </message>
    <message>
        <source>Host</source>
        <translation>主机</translation>
    </message>
    <message>
        <source>Virtual host</source>
        <translation>虚拟主机</translation>
    </message>
    <message>
        <source>User</source>
        <translation>用户名</translation>
    </message>
    <message>
        <source>Client id</source>
        <translation>客户端 id</translation>
    </message>
    <message>
        <source>in the text, hidden</source>
        <translation>文本里有，已隐藏</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
</context>
</TS>
