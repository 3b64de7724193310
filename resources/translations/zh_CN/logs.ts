<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AskBar</name>
    <message>
        <source>Close (Esc)</source>
        <translation>关闭（Esc）</translation>
    </message>
</context>
<context>
    <name>Clocks</name>
    <message>
        <source>The clocks of these logs may be apart</source>
        <translation>这些日志的时钟可能不一致</translation>
    </message>
    <message>
        <source>Add {amount} to {log}</source>
        <translation>给 {log} 加上 {amount}</translation>
    </message>
    <message>
        <source>{count} connections named in both are {seconds} s later in {log} than in {against}: {name}</source>
        <translation>双方都提到的 {count} 个连接，在 {log} 中比在 {against} 中晚 {seconds} s：{name}</translation>
    </message>
    <message>
        <source>{count} connections named in both are {seconds} s earlier in {log} than in {against}: {name}</source>
        <translation>双方都提到的 {count} 个连接，在 {log} 中比在 {against} 中早 {seconds} s：{name}</translation>
    </message>
    <message>
        <source>seconds: +1.5, -250ms, -8h; 0 takes the times as they are</source>
        <translation>秒数：+1.5、-250ms、-8h；0 表示时间照原样</translation>
    </message>
    <message>
        <source>Add to the times of {log}</source>
        <translation>给 {log} 的时间加上</translation>
    </message>
    <message>
        <source>Not an amount of time: try +1.5, -250ms or -8h</source>
        <translation>这不是时间长度：可以写 +1.5、-250ms 或 -8h</translation>
    </message>
    <message>
        <source>Clocks</source>
        <translation>时钟</translation>
    </message>
    <message>
        <source>{amount} is added to the times of {log}</source>
        <translation>{log} 的时间加上了 {amount}</translation>
    </message>
    <message>
        <source>{log}: times as it has them</source>
        <translation>{log}：时间照原样</translation>
    </message>
</context>
<context>
    <name>Explanation</name>
    <message>
        <source>Explanation</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>Select a line to see what it means.</source>
        <translation>选中一行，就能看到它的含义。</translation>
    </message>
    <message>
        <source>{count} lines</source>
        <translation>{count} 行</translation>
    </message>
    <message>
        <source>line {number}</source>
        <translation>第 {number} 行</translation>
    </message>
    <message>
        <source>Explain them together, or copy them: passwords in them are masked.</source>
        <translation>可以一起解释，也可以复制；其中的密码已遮盖。</translation>
    </message>
    <message>
        <source>A known line, which alone does not tell the cause</source>
        <translation>认得这一行，但仅凭它还不能确定原因</translation>
    </message>
    <message>
        <source>Several causes read like this. The full explanation weighs the lines around it as well.</source>
        <translation>有几种原因都会写成这样。完整解释会连同上下文一起判断。</translation>
    </message>
    <message>
        <source>An error that is not in our list</source>
        <translation>我们的列表里没有这个错误</translation>
    </message>
    <message>
        <source>A warning that is not in our list</source>
        <translation>我们的列表里没有这个警告</translation>
    </message>
    <message>
        <source>Nothing out of the ordinary</source>
        <translation>没有异常</translation>
    </message>
    <message>
        <source>This line is part of the normal work of a broker, as far as we know it.</source>
        <translation>就我们所知，这一行属于 Broker 的正常工作。</translation>
    </message>
    <message>
        <source>The explanation below may know more when it gets the lines around it as well.</source>
        <translation>把前后几行一起交给下面的解释，也许能知道得更多。</translation>
    </message>
    <message>
        <source>What it means</source>
        <translation>含义</translation>
    </message>
    <message>
        <source>What would decide</source>
        <translation>如何判定</translation>
    </message>
    <message>
        <source>What usually helps</source>
        <translation>通常有用的做法</translation>
    </message>
    <message>
        <source>This computer&apos;s last check</source>
        <translation>本机最近一次检查</translation>
    </message>
    <message>
        <source>This line is about a connection of the check: address and port are the same.</source>
        <translation>这一行说的是本次检查的一个连接：地址和端口相同。</translation>
    </message>
    <message>
        <source>This line is about a connection of the check: it carries the check&apos;s own name.</source>
        <translation>这一行说的是本次检查的一个连接：其中有检查自己的名字。</translation>
    </message>
    <message>
        <source>This line was written while the check was connected.</source>
        <translation>这一行是在检查连接期间写下的。</translation>
    </message>
    <message>
        <source>Show the step: {step}</source>
        <translation>查看对应步骤：{step}</translation>
    </message>
    <message>
        <source>Explain in full</source>
        <translation>完整解释</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Add to the report</source>
        <translation>加入报告</translation>
    </message>
    <message>
        <source>Decide by a check of {broker}</source>
        <translation>检查 {broker} 来判定</translation>
    </message>
    <message>
        <source>Show only {peer}</source>
        <translation>只看 {peer}</translation>
    </message>
</context>
<context>
    <name>FilterBar</name>
    <message>
        <source>with {text}</source>
        <translation>包含 {text}</translation>
    </message>
    <message>
        <source>± {count} lines</source>
        <translation>前后 {count} 行</translation>
    </message>
    <message>
        <source>without {text}</source>
        <translation>不含 {text}</translation>
    </message>
    <message>
        <source>Filter: {text}. Delete takes it away</source>
        <translation>筛选：{text}。按 Delete 去掉</translation>
    </message>
    <message>
        <source>Only warnings and errors</source>
        <translation>只看警告和错误</translation>
    </message>
    <message>
        <source>Only lines with …</source>
        <translation>只看包含……的行</translation>
    </message>
    <message>
        <source>No lines with …</source>
        <translation>不看包含……的行</translation>
    </message>
    <message>
        <source>Only one connection …</source>
        <translation>只看一个连接……</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>全部显示</translation>
    </message>
    <message>
        <source>Lines around each</source>
        <translation>每行的上下文</translation>
    </message>
    <message>
        <source>{count} before and after</source>
        <translation>前后各 {count} 行</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Only lines with</source>
        <translation>只看包含这些字的行</translation>
    </message>
    <message>
        <source>No lines with</source>
        <translation>不看包含这些字的行</translation>
    </message>
    <message>
        <source>Address:port, process or client id</source>
        <translation>地址和端口、进程或客户端 id</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>筛选</translation>
    </message>
</context>
<context>
    <name>HighlightDialog</name>
    <message>
        <source>New highlights</source>
        <translation>新的高亮</translation>
    </message>
    <message>
        <source>Deleted: {name}</source>
        <translation>已删除：{name}</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Share highlights</source>
        <translation>分享高亮</translation>
    </message>
    <message>
        <source>JSON (*.json)</source>
        <translation>JSON (*.json)</translation>
    </message>
    <message>
        <source>The sets were written</source>
        <translation>高亮组已写入</translation>
    </message>
    <message>
        <source>Import highlights</source>
        <translation>导入高亮</translation>
    </message>
    <message>
        <source>JSON (*.json);;All files (*)</source>
        <translation>JSON (*.json);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Sets imported: {count}</source>
        <translation>已导入高亮组：{count}</translation>
    </message>
    <message>
        <source>The file cannot be read or written: {reason}</source>
        <translation>文件无法读写：{reason}</translation>
    </message>
    <message>
        <source>This file holds no highlights of mqassist</source>
        <translation>这个文件里没有 mqassist 的高亮</translation>
    </message>
    <message>
        <source>Highlights</source>
        <translation>高亮</translation>
    </message>
    <message>
        <source>Words and patterns that stay tinted in every log. What is higher in the lists lies on top.</source>
        <translation>在每份日志里都保持着色的词和模式。列表中靠上的盖在上面。</translation>
    </message>
    <message>
        <source>No highlights yet</source>
        <translation>还没有高亮</translation>
    </message>
    <message>
        <source>Double-click a word in the log and press Ctrl+H, or make a set here.</source>
        <translation>在日志里双击一个词再按 Ctrl+H，或者在这里新建一组。</translation>
    </message>
    <message>
        <source>New set</source>
        <translation>新建一组</translation>
    </message>
    <message>
        <source>Sets of highlights</source>
        <translation>高亮组</translation>
    </message>
    <message>
        <source>Delete the set</source>
        <translation>删除这一组</translation>
    </message>
    <message>
        <source>Move the set up</source>
        <translation>这一组上移</translation>
    </message>
    <message>
        <source>Move the set down</source>
        <translation>这一组下移</translation>
    </message>
    <message>
        <source>Name of the set</source>
        <translation>组名</translation>
    </message>
    <message>
        <source>Words and patterns</source>
        <translation>词和模式</translation>
    </message>
    <message>
        <source>Add a word or pattern</source>
        <translation>添加词或模式</translation>
    </message>
    <message>
        <source>Import …</source>
        <translation>导入…</translation>
    </message>
    <message>
        <source>Share as a file …</source>
        <translation>存为文件分享…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>Highlights</name>
    <message>
        <source>My highlights</source>
        <translation>我的高亮</translation>
    </message>
</context>
<context>
    <name>Histogram</name>
    <message>
        <source>Lines over time</source>
        <translation>各时段的行数</translation>
    </message>
    <message>
        <source>No times to draw: the lines state none, or all the same</source>
        <translation>没有可画的时间：各行没有时间，或时间都相同</translation>
    </message>
    <message>
        <source>From {begin} to {end}. Arrow keys move the end, with Shift the start; Escape shows all</source>
        <translation>从 {begin} 到 {end}。方向键移动终点，按住 Shift 移动起点；Esc 全部显示</translation>
    </message>
    <message>
        <source>{begin} – {end}: {lines} lines, {errors} errors, {warnings} warnings</source>
        <translation>{begin} – {end}：{lines} 行，{errors} 个错误，{warnings} 个警告</translation>
    </message>
</context>
<context>
    <name>LevelChips</name>
    <message>
        <source>Error {count}</source>
        <translation>错误 {count}</translation>
    </message>
    <message>
        <source>Warning {count}</source>
        <translation>警告 {count}</translation>
    </message>
    <message>
        <source>Notice {count}</source>
        <translation>通知 {count}</translation>
    </message>
    <message>
        <source>Info {count}</source>
        <translation>信息 {count}</translation>
    </message>
    <message>
        <source>Debug {count}</source>
        <translation>调试 {count}</translation>
    </message>
    <message>
        <source>No level {count}</source>
        <translation>无级别 {count}</translation>
    </message>
</context>
<context>
    <name>LikelyFirst</name>
    <message>
        <source>The client is busy and does not answer</source>
        <translation>客户端忙，没有回应</translation>
    </message>
    <message>
        <source>Something on the way drops connections silently</source>
        <translation>途中有设备悄悄断开连接</translation>
    </message>
    <message>
        <source>The computer slept or lost its network</source>
        <translation>计算机休眠了，或失去了网络</translation>
    </message>
    <message>
        <source>Most likely first</source>
        <translation>最可能的在前</translation>
    </message>
    <message>
        <source>{count} of {all}</source>
        <translation>{all} 次中的 {count} 次</translation>
    </message>
    <message>
        <source>Counted over the {all} such ends around this line: in {busy}, another connection of the same computer stayed alive; in {way}, those of other computers fell silent at the same moment; in {gone}, all of that computer did.</source>
        <translation>统计了这一行前后 {all} 次同样的断开：其中 {busy} 次，同一台计算机的另一个连接仍然正常；{way} 次，其他计算机的连接同时失去响应；{gone} 次，该计算机的所有连接都失去了响应。</translation>
    </message>
</context>
<context>
    <name>LineActions</name>
    <message>
        <source>No longer highlight “{text}”</source>
        <translation>不再高亮 {text}</translation>
    </message>
    <message>
        <source>Highlight “{text}”</source>
        <translation>高亮 {text}</translation>
    </message>
    <message>
        <source>Copy “{text}”</source>
        <translation>复制 {text}</translation>
    </message>
    <message>
        <source>Search for “{text}”</source>
        <translation>查找 {text}</translation>
    </message>
    <message>
        <source>Only lines with “{text}”</source>
        <translation>只看含有 {text} 的行</translation>
    </message>
    <message>
        <source>No lines with “{text}”</source>
        <translation>不看含有 {text} 的行</translation>
    </message>
    <message>
        <source>Save the selected lines …</source>
        <translation>保存选中的行…</translation>
    </message>
    <message>
        <source>Save the lines that are shown …</source>
        <translation>保存当前显示的行…</translation>
    </message>
    <message>
        <source>Copy the lines</source>
        <translation>复制这些行</translation>
    </message>
    <message>
        <source>Copy the line</source>
        <translation>复制这一行</translation>
    </message>
    <message>
        <source>Copy with line numbers</source>
        <translation>连同行号复制</translation>
    </message>
    <message>
        <source>Explain</source>
        <translation>解释</translation>
    </message>
    <message>
        <source>Add to the report</source>
        <translation>加入报告</translation>
    </message>
    <message>
        <source>Take the mark away</source>
        <translation>去掉标记</translation>
    </message>
    <message>
        <source>Mark</source>
        <translation>标记</translation>
    </message>
    <message>
        <source>Mark with a note …</source>
        <translation>标记并备注…</translation>
    </message>
    <message>
        <source>Next mark</source>
        <translation>下一个标记</translation>
    </message>
    <message>
        <source>Next error</source>
        <translation>下一个错误</translation>
    </message>
    <message>
        <source>Go to a time or line …</source>
        <translation>转到时间或行…</translation>
    </message>
    <message>
        <source>Show among all lines</source>
        <translation>在全部行中显示</translation>
    </message>
    <message>
        <source>Wrap long lines</source>
        <translation>长行自动换行</translation>
    </message>
</context>
<context>
    <name>LineList</name>
    <message>
        <source>Lines with a hit</source>
        <translation>命中的行</translation>
    </message>
    <message>
        <source>Marked lines</source>
        <translation>标记的行</translation>
    </message>
    <message>
        <source>{count} lines</source>
        <translation>{count} 行</translation>
    </message>
    <message>
        <source>Ctrl+F2 marks a line, Ctrl+M marks it with a note. What is marked is listed here.</source>
        <translation>Ctrl+F2 标记一行，Ctrl+M 标记并写备注。标记的行列在这里。</translation>
    </message>
    <message>
        <source>Search in the log: the lines with a hit are listed here.</source>
        <translation>在日志中搜索：命中的行列在这里。</translation>
    </message>
    <message>
        <source>Searching …</source>
        <translation>正在搜索…</translation>
    </message>
    <message>
        <source>No line has a hit.</source>
        <translation>没有命中的行。</translation>
    </message>
</context>
<context>
    <name>LogDock</name>
    <message>
        <source>Open a log</source>
        <translation>打开日志</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Open another log …</source>
        <translation>打开其他日志……</translation>
    </message>
    <message>
        <source>no log</source>
        <translation>没有日志</translation>
    </message>
    <message>
        <source>This check · {count} lines</source>
        <translation>本次检查 · {count} 行</translation>
    </message>
    <message>
        <source>matched by address and port</source>
        <translation>按地址和端口对应</translation>
    </message>
    <message>
        <source>matched by the check&apos;s own name</source>
        <translation>按检查自己的名字对应</translation>
    </message>
    <message>
        <source>matched by time</source>
        <translation>按时间对应</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Notice and above</source>
        <translation>通知及以上</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>跟随</translation>
    </message>
    <message>
        <source>Show on the logs page</source>
        <translation>在日志页面显示</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Explain</source>
        <translation>解释</translation>
    </message>
    <message>
        <source>Add to the report</source>
        <translation>加入报告</translation>
    </message>
    <message>
        <source>Unfold the log</source>
        <translation>展开日志</translation>
    </message>
    <message>
        <source>Fold the log</source>
        <translation>收起日志</translation>
    </message>
    <message>
        <source>Which log</source>
        <translation>哪个日志</translation>
    </message>
    <message>
        <source>With the broker&apos;s log a check sees both sides. Open it, or name it in the profile.</source>
        <translation>有了 Broker 的日志，检查就能看到两端。请打开它，或者在配置中写明它的位置。</translation>
    </message>
</context>
<context>
    <name>LogFold</name>
    <message>
        <source>{count} health checks from {address}: opened and closed</source>
        <translation>来自 {address} 的 {count} 次健康检查：打开后即关闭</translation>
    </message>
    <message>
        <source>folded</source>
        <translation>已折叠</translation>
    </message>
    <message>
        <source>show</source>
        <translation>展开</translation>
    </message>
</context>
<context>
    <name>LogHappened</name>
    <message>
        <source>The file is gone. What was read of it stays here</source>
        <translation>文件已不存在，已读取的内容仍保留在这里</translation>
    </message>
    <message>
        <source>It is followed on as soon as it is there again.</source>
        <translation>文件重新出现后会继续跟随。</translation>
    </message>
    <message>
        <source>The file may not be read any more. What was read of it stays here</source>
        <translation>文件已无权读取，已读取的内容仍保留在这里</translation>
    </message>
    <message>
        <source>The file was emptied: its old lines cannot be read any more</source>
        <translation>文件已被清空，原来的行无法再读取</translation>
    </message>
    <message>
        <source>The log was rotated: the new file is read behind the old one</source>
        <translation>日志已轮转，新文件接在旧文件之后继续读取</translation>
    </message>
    <message>
        <source>The file is there again</source>
        <translation>文件又出现了</translation>
    </message>
    <message>
        <source>This hardly is a log: much of it is no text</source>
        <translation>这不太像日志：很多内容不是文本</translation>
    </message>
    <message>
        <source>What can be read of it is shown all the same.</source>
        <translation>能读出的部分仍然显示。</translation>
    </message>
</context>
<context>
    <name>LogLevel</name>
    <message>
        <source>debug</source>
        <translation>调试</translation>
    </message>
    <message>
        <source>info</source>
        <translation>信息</translation>
    </message>
    <message>
        <source>notice</source>
        <translation>通知</translation>
    </message>
    <message>
        <source>warning</source>
        <translation>警告</translation>
    </message>
    <message>
        <source>error</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>critical</source>
        <translation>严重</translation>
    </message>
</context>
<context>
    <name>LogMatch</name>
    <message>
        <source>this check: same port</source>
        <translation>本次检查：端口相同</translation>
    </message>
    <message>
        <source>this check: its name</source>
        <translation>本次检查：自己的名字</translation>
    </message>
    <message>
        <source>this check: same time</source>
        <translation>本次检查：时间相同</translation>
    </message>
    <message>
        <source>{step} · same port</source>
        <translation>{step} · 端口相同</translation>
    </message>
    <message>
        <source>{step} · its name</source>
        <translation>{step} · 名称相同</translation>
    </message>
    <message>
        <source>{step} · same time</source>
        <translation>{step} · 时间相同</translation>
    </message>
</context>
<context>
    <name>LogMenu</name>
    <message>
        <source>Wrap long lines</source>
        <translation>长行自动换行</translation>
    </message>
    <message>
        <source>Show explanations</source>
        <translation>显示说明</translation>
    </message>
    <message>
        <source>Fold health checks</source>
        <translation>折叠健康检查</translation>
    </message>
    <message>
        <source>Show stories and lists</source>
        <translation>显示连接经过和列表</translation>
    </message>
    <message>
        <source>Highlights …</source>
        <translation>高亮…</translation>
    </message>
    <message>
        <source>Highlights: {name}</source>
        <translation>高亮：{name}</translation>
    </message>
    <message>
        <source>Highlight the searched words</source>
        <translation>高亮搜索的词</translation>
    </message>
    <message>
        <source>Go to a time or line …</source>
        <translation>转到时间或行…</translation>
    </message>
    <message>
        <source>Next error</source>
        <translation>下一个错误</translation>
    </message>
    <message>
        <source>Error before</source>
        <translation>上一个错误</translation>
    </message>
    <message>
        <source>List the search hits</source>
        <translation>列出搜索命中</translation>
    </message>
    <message>
        <source>List the marks</source>
        <translation>列出标记</translation>
    </message>
    <message>
        <source>Save the lines that are shown …</source>
        <translation>保存当前显示的行…</translation>
    </message>
</context>
<context>
    <name>LogReader</name>
    <message>
        <source>No error before this line</source>
        <translation>这一行之前没有错误</translation>
    </message>
    <message>
        <source>No error after this line</source>
        <translation>这一行之后没有错误</translation>
    </message>
    <message>
        <source>Go to</source>
        <translation>转到</translation>
    </message>
    <message>
        <source>a line, a time, a date: 1500, 13:58:01, 20 Nov 13:58, +5m, 50 %, end</source>
        <translation>行号、时间或日期：1500、13:58:01、11月20日 13:58、+5m、50 %、end</translation>
    </message>
    <message>
        <source>No line and no time that this log knows: try 1500, 13:58 or 2026-11-20 13:58</source>
        <translation>不是这份日志里的行号或时间：试试 1500、13:58 或 2026-11-20 13:58</translation>
    </message>
    <message>
        <source>The log ends before that, with line {count}</source>
        <translation>日志在此之前就结束了，最后是第 {count} 行</translation>
    </message>
    <message>
        <source>Choose a word first: double-click it, or press Ctrl and an arrow key</source>
        <translation>先选一个词：双击它，或按 Ctrl 加方向键</translation>
    </message>
    <message>
        <source>Note on line {number}</source>
        <translation>第 {number} 行的备注</translation>
    </message>
    <message>
        <source>what you found here</source>
        <translation>这里发现了什么</translation>
    </message>
</context>
<context>
    <name>LogSaving</name>
    <message>
        <source>Saving lines: {count} of {all}</source>
        <translation>正在保存：{count}/{all} 行</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stopped. No file was written</source>
        <translation>已停止，没有写文件</translation>
    </message>
    <message>
        <source>Saved with passwords masked. Lines: {count}</source>
        <translation>已保存，密码已遮盖。行数：{count}</translation>
    </message>
    <message>
        <source>The file cannot be written: {reason}</source>
        <translation>文件无法写入：{reason}</translation>
    </message>
</context>
<context>
    <name>LogsPage</name>
    <message>
        <source>Open a log …</source>
        <translation>打开日志……</translation>
    </message>
    <message>
        <source>Open {name}</source>
        <translation>打开 {name}</translation>
    </message>
    <message>
        <source>Logs (*.log *.log.* *.gz *.xz *.zst *.txt);;All files (*)</source>
        <translation>日志 (*.log *.log.* *.gz *.xz *.zst *.txt);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Open a log</source>
        <translation>打开日志</translation>
    </message>
    <message>
        <source>{count} logs by time</source>
        <translation>{count} 个日志按时间合并</translation>
    </message>
    <message>
        <source>unknown format</source>
        <translation>未知格式</translation>
    </message>
    <message>
        <source>{size} · {lines} lines · {format}</source>
        <translation>{size} · {lines} 行 · {format}</translation>
    </message>
    <message>
        <source>A file …</source>
        <translation>文件 …</translation>
    </message>
    <message>
        <source>Another source, or a log of this computer …</source>
        <translation>其他来源，或本机的日志 …</translation>
    </message>
    <message>
        <source>{size} · 1 line · {format}</source>
        <translation>{size} · 1 行 · {format}</translation>
    </message>
    <message>
        <source>{words} · indexing {share} %</source>
        <translation>{words} · 已读取 {share} %</translation>
    </message>
    <message>
        <source>application log</source>
        <translation>应用程序日志</translation>
    </message>
    <message>
        <source>Add a node&apos;s log</source>
        <translation>添加节点日志</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Following</source>
        <translation>正在跟随</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>跟随</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>This computer&apos;s time</source>
        <translation>本机时间</translation>
    </message>
    <message>
        <source>Times of this computer&apos;s zone</source>
        <translation>按本机时区显示时间</translation>
    </message>
</context>
<context>
    <name>NothingHere</name>
    <message>
        <source>No line fits</source>
        <translation>没有符合的行</translation>
    </message>
    <message>
        <source>The chips above say what is looked for.</source>
        <translation>上方的标签写明了筛选条件。</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>全部显示</translation>
    </message>
    <message>
        <source>Lines appear here as they are written, while the log is followed.</source>
        <translation>跟随日志时，新写入的行会出现在这里。</translation>
    </message>
    <message>
        <source>This log is empty</source>
        <translation>这份日志是空的</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>跟随</translation>
    </message>
</context>
<context>
    <name>PaintedRows</name>
    <message>
        <source>Line {number}, {time}, {level}: {text}</source>
        <translation>第 {number} 行，{time}，{level}：{text}</translation>
    </message>
    <message>
        <source>Lines of the log</source>
        <translation>日志的各行</translation>
    </message>
</context>
<context>
    <name>Pausing</name>
    <message>
        <source>New lines: {count}. Go on</source>
        <translation>新增 {count} 行，继续跟随</translation>
    </message>
    <message>
        <source>Paused. Go on</source>
        <translation>已暂停，继续跟随</translation>
    </message>
</context>
<context>
    <name>RuleRow</name>
    <message>
        <source>This is no regular expression</source>
        <translation>这不是正则表达式</translation>
    </message>
    <message>
        <source>blue</source>
        <translation>蓝</translation>
    </message>
    <message>
        <source>green</source>
        <translation>绿</translation>
    </message>
    <message>
        <source>amber</source>
        <translation>琥珀</translation>
    </message>
    <message>
        <source>red</source>
        <translation>红</translation>
    </message>
    <message>
        <source>violet</source>
        <translation>紫</translation>
    </message>
    <message>
        <source>teal</source>
        <translation>青</translation>
    </message>
    <message>
        <source>pink</source>
        <translation>粉</translation>
    </message>
    <message>
        <source>grey</source>
        <translation>灰</translation>
    </message>
    <message>
        <source>Whole line</source>
        <translation>整行</translation>
    </message>
    <message>
        <source>word or pattern</source>
        <translation>词或模式</translation>
    </message>
    <message>
        <source>Word or pattern</source>
        <translation>词或模式</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Regular expression</source>
        <translation>正则表达式</translation>
    </message>
    <message>
        <source>Upper and lower case differ</source>
        <translation>区分大小写</translation>
    </message>
    <message>
        <source>Tint the whole line</source>
        <translation>整行着色</translation>
    </message>
    <message>
        <source>Move up: lies on top of what is below</source>
        <translation>上移：盖在下面的之上</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>下移</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
</context>
<context>
    <name>SearchBox</name>
    <message>
        <source>{at} of {count}</source>
        <translation>第 {at} 个，共 {count} 个</translation>
    </message>
    <message>
        <source>{count} so far</source>
        <translation>已找到 {count} 个</translation>
    </message>
    <message>
        <source>{count} hits</source>
        <translation>{count} 个结果</translation>
    </message>
    <message>
        <source>no hit</source>
        <translation>没有结果</translation>
    </message>
    <message>
        <source>This is no regular expression</source>
        <translation>这不是正则表达式</translation>
    </message>
    <message>
        <source>no pattern</source>
        <translation>不是表达式</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Regular expression</source>
        <translation>正则表达式</translation>
    </message>
    <message>
        <source>Upper and lower case differ</source>
        <translation>区分大小写</translation>
    </message>
    <message>
        <source>Hit before (Shift+F3)</source>
        <translation>上一个结果（Shift+F3）</translation>
    </message>
    <message>
        <source>Next hit (F3)</source>
        <translation>下一个结果（F3）</translation>
    </message>
    <message>
        <source>List the hits</source>
        <translation>列出命中的行</translation>
    </message>
</context>
<context>
    <name>Story</name>
    <message>
        <source>Connection from {peer} accepted</source>
        <translation>接受了来自 {peer} 的连接</translation>
    </message>
    <message>
        <source>Client named itself {client}</source>
        <translation>客户端自称 {client}</translation>
    </message>
    <message>
        <source>Login as {user}, virtual host {vhost} opened</source>
        <translation>以 {user} 登录，打开虚拟主机 {vhost}</translation>
    </message>
    <message>
        <source>Login as {user}</source>
        <translation>以 {user} 登录</translation>
    </message>
    <message>
        <source>Closed: {words}</source>
        <translation>关闭：{words}</translation>
    </message>
    <message>
        <source>Refused: {words}</source>
        <translation>被拒绝：{words}</translation>
    </message>
    <message>
        <source>Ended with an error: {words}</source>
        <translation>因错误结束：{words}</translation>
    </message>
    <message>
        <source>{time} of silence</source>
        <translation>静默 {time}</translation>
    </message>
    <message>
        <source>still open</source>
        <translation>仍然开着</translation>
    </message>
    <message>
        <source>closed in order</source>
        <translation>正常关闭</translation>
    </message>
    <message>
        <source>gone without a word</source>
        <translation>没有告知就断开</translation>
    </message>
    <message>
        <source>login refused</source>
        <translation>登录被拒绝</translation>
    </message>
    <message>
        <source>heartbeats missed</source>
        <translation>心跳缺失</translation>
    </message>
    <message>
        <source>ended with an error</source>
        <translation>因错误结束</translation>
    </message>
    <message>
        <source>replaced by the same client</source>
        <translation>被同一客户端取代</translation>
    </message>
    <message>
        <source>ended with the broker</source>
        <translation>随 Broker 停止而结束</translation>
    </message>
</context>
<context>
    <name>StoryPanel</name>
    <message>
        <source>lived {time}</source>
        <translation>持续 {time}</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时刻</translation>
    </message>
    <message>
        <source>After</source>
        <translation>间隔</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>经过</translation>
    </message>
    <message>
        <source>Select a line that belongs to a connection to read what became of it.</source>
        <translation>选中属于某个连接的一行，就能看到它的经过。</translation>
    </message>
    <message>
        <source>Began</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Lived</source>
        <translation>持续</translation>
    </message>
    <message>
        <source>Who and how it ended</source>
        <translation>是谁、如何结束</translation>
    </message>
    <message>
        <source>No connection begins or ends around the selected line.</source>
        <translation>选中行的前后没有连接开始或结束。</translation>
    </message>
    <message>
        <source>{count} health checks from {address}: opened and closed</source>
        <translation>来自 {address} 的 {count} 次健康检查：打开后即关闭</translation>
    </message>
    <message>
        <source>{name} from {peer}: {ending}</source>
        <translation>{name}（{peer}）：{ending}</translation>
    </message>
    <message>
        <source>User</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>Application or user</source>
        <translation>应用或用户</translation>
    </message>
    <message>
        <source>Application</source>
        <translation>应用</translation>
    </message>
    <message>
        <source>How often</source>
        <translation>次数</translation>
    </message>
    <message>
        <source>Lines</source>
        <translation>行</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>No login was refused.</source>
        <translation>没有被拒绝的登录。</translation>
    </message>
    <message>
        <source>No connection ended badly.</source>
        <translation>没有异常结束的连接。</translation>
    </message>
    <message>
        <source>No heartbeat was missed.</source>
        <translation>没有缺失的心跳。</translation>
    </message>
    <message>
        <source>Reading the log …</source>
        <translation>正在读取日志……</translation>
    </message>
    <message>
        <source>This connection</source>
        <translation>这个连接</translation>
    </message>
    <message>
        <source>Connections around here</source>
        <translation>前后的连接</translation>
    </message>
    <message>
        <source>Refused logins</source>
        <translation>被拒绝的登录</translation>
    </message>
    <message>
        <source>Bad endings</source>
        <translation>异常结束</translation>
    </message>
    <message>
        <source>Missed heartbeats</source>
        <translation>心跳缺失</translation>
    </message>
    <message>
        <source>Search hits</source>
        <translation>搜索命中</translation>
    </message>
    <message>
        <source>Marks</source>
        <translation>标记</translation>
    </message>
    <message>
        <source>What is told</source>
        <translation>显示什么</translation>
    </message>
    <message>
        <source>Stories of connections</source>
        <translation>连接的经过</translation>
    </message>
    <message>
        <source>Story of one connection</source>
        <translation>一个连接的经过</translation>
    </message>
</context>
<context>
    <name>Taking</name>
    <message>
        <source>Copied: {text}</source>
        <translation>已复制：{text}</translation>
    </message>
    <message>
        <source>Only the first {count} lines were copied; saving to a file takes all of them</source>
        <translation>只复制了前 {count} 行；保存为文件则包含全部</translation>
    </message>
    <message>
        <source>Lines copied, with passwords masked: {count}</source>
        <translation>已复制行数（密码已遮盖）：{count}</translation>
    </message>
    <message>
        <source>Save the selected lines</source>
        <translation>保存选中的行</translation>
    </message>
    <message>
        <source>Save the lines that are shown</source>
        <translation>保存当前显示的行</translation>
    </message>
    <message>
        <source>Logs (*.log *.txt);;All files (*)</source>
        <translation>日志 (*.log *.txt);;所有文件 (*)</translation>
    </message>
</context>
<context>
    <name>ToReport</name>
    <message>
        <source>Go to the check-up</source>
        <translation>转到检查页</translation>
    </message>
    <message>
        <source>There is no check-up yet whose report could take these lines</source>
        <translation>还没有检查结果，这些行无处可加</translation>
    </message>
    <message>
        <source>Added to the report of run {run}. Lines: {count}</source>
        <translation>已加入检查 {run} 的报告，行数：{count}</translation>
    </message>
    <message>
        <source>Take them out again</source>
        <translation>撤回这些行</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Looking for brokers on this computer …</source>
        <translation>正在查找本机的 Broker……</translation>
    </message>
    <message>
        <source>Logs of brokers on this computer</source>
        <translation>本机 Broker 的日志</translation>
    </message>
    <message>
        <source>No broker&apos;s log on this computer</source>
        <translation>本机没有 Broker 的日志</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Open {source}</source>
        <translation>打开 {source}</translation>
    </message>
    <message>
        <source>Looked for RabbitMQ, Mosquitto and EMQX where their packages, the journal and containers keep logs. A broker on another machine: copy its log here, or name it above as ssh://HOST/PATH.</source>
        <translation>已在安装包、系统日志和容器存放日志的位置找过 RabbitMQ、Mosquitto 和 EMQX。Broker 在别的机器上时：把日志复制过来，或在上面填写 ssh://HOST/PATH。</translation>
    </message>
    <message>
        <source>Open the log of {broker}: {source}</source>
        <translation>打开 {broker} 的日志：{source}</translation>
    </message>
    <message>
        <source>This user may not read it: start mqassist as one who may, or copy the log.</source>
        <translation>当前用户无权读取：请用有权限的用户启动 mqassist，或者把日志复制出来。</translation>
    </message>
    <message>
        <source>No log is open</source>
        <translation>没有打开日志</translation>
    </message>
    <message>
        <source>Which log?</source>
        <translation>打开哪个日志？</translation>
    </message>
    <message>
        <source>Back to the log</source>
        <translation>返回日志</translation>
    </message>
    <message>
        <source>Open a broker&apos;s log, or drop it here: any size, also packed ones.</source>
        <translation>打开 Broker 的日志，或者拖到这里：大小不限，压缩的也可以。</translation>
    </message>
    <message>
        <source>Open a log</source>
        <translation>打开日志</translation>
    </message>
    <message>
        <source>Another source</source>
        <translation>其他来源</translation>
    </message>
    <message>
        <source>or another source, such as docker:rabbit or a path</source>
        <translation>或其他来源，例如 docker:rabbit 或路径</translation>
    </message>
    <message>
        <source>docker:NAME or podman:NAME · journal:UNIT · kubectl:NAMESPACE/POD · ssh://USER@HOST/PATH</source>
        <translation>docker:名称 或 podman:名称 · journal:单元 · kubectl:命名空间/POD · ssh://USER@HOST/PATH</translation>
    </message>
    <message>
        <source>Opened before</source>
        <translation>最近打开</translation>
    </message>
    <message>
        <source>Read</source>
        <translation>读取</translation>
    </message>
</context>
</TS>
