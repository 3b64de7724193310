<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>ComparisonView</name>
    <message>
        <source>Comparison</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>{time}, took {duration}</source>
        <translation>{time}，用时 {duration}</translation>
    </message>
    <message>
        <source>What was checked differs</source>
        <translation>检查的对象不同</translation>
    </message>
    <message>
        <source>It follows that only one of the two ran this step: {steps}</source>
        <translation>因此只有其中一次运行了这个步骤：{steps}</translation>
    </message>
    <message>
        <source>It follows that only one of the two ran these {count} steps: {steps}</source>
        <translation>因此，以下 {count} 个步骤只在其中一次运行：{steps}</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>之前</translation>
    </message>
    <message>
        <source>After</source>
        <translation>之后</translation>
    </message>
    <message>
        <source>alike, one step</source>
        <translation>相同，1 个步骤</translation>
    </message>
    <message>
        <source>alike, {count} steps</source>
        <translation>相同，{count} 个步骤</translation>
    </message>
    <message>
        <source>{step}: changed</source>
        <translation>{step}：有变化</translation>
    </message>
    <message>
        <source>{step}: only after</source>
        <translation>{step}：只在之后</translation>
    </message>
    <message>
        <source>{step}: only before</source>
        <translation>{step}：只在之前</translation>
    </message>
    <message>
        <source>{before}, then {after}</source>
        <translation>先是 {before}，后是 {after}</translation>
    </message>
    <message>
        <source>{count} more facts</source>
        <translation>另有 {count} 项</translation>
    </message>
    <message>
        <source>One more fact</source>
        <translation>还有 1 项</translation>
    </message>
    <message>
        <source>not run</source>
        <translation>未运行</translation>
    </message>
</context>
<context>
    <name>HistoryPage</name>
    <message>
        <source>History</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>Open a report…</source>
        <translation>打开报告…</translation>
    </message>
    <message>
        <source>Search address, answer or run id</source>
        <translation>搜索地址、结论或记录编号</translation>
    </message>
    <message>
        <source>Works</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>有警告</translation>
    </message>
    <message>
        <source>Broken</source>
        <translation>不通</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>已固定</translation>
    </message>
    <message>
        <source>Kept runs</source>
        <translation>保留的诊断记录</translation>
    </message>
    <message>
        <source>Damaged runs were set aside: {count}</source>
        <translation>已损坏并另存的记录：{count} 条</translation>
    </message>
    <message>
        <source>{count} runs</source>
        <translation>{count} 条记录</translation>
    </message>
    <message>
        <source>1 run</source>
        <translation>1 条记录</translation>
    </message>
    <message>
        <source>{shown} of {count} runs</source>
        <translation>{count} 条记录中的 {shown} 条</translation>
    </message>
    <message>
        <source>Two can be compared; all of them can be pinned or deleted.</source>
        <translation>选两条可以比较；选中的都可以固定或删除。</translation>
    </message>
    <message>
        <source>{count} runs are selected</source>
        <translation>已选中 {count} 条记录</translation>
    </message>
    <message>
        <source>Go to the check-up</source>
        <translation>前往体检</translation>
    </message>
    <message>
        <source>No run is kept yet</source>
        <translation>还没有保留任何诊断记录</translation>
    </message>
    <message>
        <source>Every check is kept here, without its passwords, so that you can see later what changed.</source>
        <translation>每次诊断都会保留在这里（不含密码），以后就能看出什么变了。</translation>
    </message>
    <message>
        <source>Select a run to read it, two to compare them</source>
        <translation>选一条记录查看，选两条比较</translation>
    </message>
    <message>
        <source>Hold Ctrl to select a second one. A report that a colleague sent can be compared, too.</source>
        <translation>按住 Ctrl 选第二条。同事发来的报告也可以拿来比较。</translation>
    </message>
    <message>
        <source>1 run deleted</source>
        <translation>已删除 1 条记录</translation>
    </message>
    <message>
        <source>{count} runs deleted</source>
        <translation>已删除 {count} 条记录</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Report to compare ({pattern})</source>
        <translation>可用于比较的报告 ({pattern})</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>保存报告</translation>
    </message>
    <message>
        <source>Saved as {path}</source>
        <translation>已保存为 {path}</translation>
    </message>
    <message>
        <source>Reports of mqassist ({pattern})</source>
        <translation>mqassist 的报告 ({pattern})</translation>
    </message>
    <message>
        <source>Open a report</source>
        <translation>打开报告</translation>
    </message>
</context>
<context>
    <name>ReportView</name>
    <message>
        <source>Report</source>
        <translation>报告</translation>
    </message>
</context>
<context>
    <name>RunActions</name>
    <message>
        <source>Compare with your own run</source>
        <translation>与自己的记录比较</translation>
    </message>
    <message>
        <source>Compare with the run before</source>
        <translation>与前一次比较</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>再次检查</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>取消固定</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>固定</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
</context>
<context>
    <name>RunModel</name>
    <message>
        <source>pinned</source>
        <translation>已固定</translation>
    </message>
</context>
</TS>
