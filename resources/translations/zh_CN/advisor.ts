<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AdvisorPage</name>
    <message>
        <source>{verdict} Measured on {date}.</source>
        <translation>{verdict}测量时间：{date}。</translation>
    </message>
    <message>
        <source>This run cannot be read</source>
        <translation>这条记录无法读取</translation>
    </message>
    <message>
        <source>The advice is on the clipboard</source>
        <translation>建议已复制到剪贴板</translation>
    </message>
    <message>
        <source>Advisor</source>
        <translation>设置建议</translation>
    </message>
    <message>
        <source>Client settings that fit what a check-up measured, each with its arithmetic and what it rests on.</source>
        <translation>与体检测得的结果相符的客户端设置，每一项都附有计算过程和依据。</translation>
    </message>
    <message>
        <source>Measured in the check-up of</source>
        <translation>依据这次体检的测量</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>再次检查</translation>
    </message>
    <message>
        <source>Copy as Markdown</source>
        <translation>复制为 Markdown</translation>
    </message>
    <message>
        <source>Nothing was measured yet</source>
        <translation>还没有测量结果</translation>
    </message>
    <message>
        <source>A check-up measures the way to a broker and hears its limits. The advice is made of that.</source>
        <translation>体检会测量到 Broker 的路径，并了解它的限制。建议由此得出。</translation>
    </message>
    <message>
        <source>Go to the check-up</source>
        <translation>前往体检</translation>
    </message>
    <message>
        <source>Lines to paste</source>
        <translation>可粘贴的代码</translation>
    </message>
    <message>
        <source>The password is read from the environment variable MQ_PASSWORD; it is in none of these lines.</source>
        <translation>密码从环境变量 MQ_PASSWORD 读取，不会出现在这些代码里。</translation>
    </message>
    <message>
        <source>What guides and tutorials say</source>
        <translation>指南和教程怎么说</translation>
    </message>
    <message>
        <source>Sources</source>
        <translation>出处</translation>
    </message>
</context>
<context>
    <name>SettingRow</name>
    <message>
        <source>Not measured: {what}</source>
        <translation>没有测量：{what}</translation>
    </message>
    <message>
        <source>You can say: {what}</source>
        <translation>你可以说明：{what}</translation>
    </message>
</context>
<context>
    <name>WorkloadCard</name>
    <message>
        <source>A whole number above 0</source>
        <translation>大于 0 的整数</translation>
    </message>
    <message>
        <source>A number above 0</source>
        <translation>大于 0 的数字</translation>
    </message>
    <message>
        <source>Your program</source>
        <translation>你的程序</translation>
    </message>
    <message>
        <source>Only you know these. Each may stay empty; what depends on it is then left open.</source>
        <translation>这些只有你知道。每一项都可以不填；与之有关的设置就暂不确定。</translation>
    </message>
    <message>
        <source>Time for one message, ms</source>
        <translation>处理一条消息的时间，毫秒</translation>
    </message>
    <message>
        <source>Messages published in a second</source>
        <translation>每秒发布的消息数</translation>
    </message>
    <message>
        <source>Longest outage to bridge, seconds</source>
        <translation>要撑过的最长中断，秒</translation>
    </message>
    <message>
        <source>How many such programs</source>
        <translation>同类程序的数量</translation>
    </message>
</context>
</TS>
