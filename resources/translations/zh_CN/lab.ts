<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Detail</name>
    <message>
        <source>works</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>Select a scenario to see what it is about.</source>
        <translation>选中一个场景，就能看到它讲的是什么。</translation>
    </message>
    <message>
        <source>Point your own program at this address, or press Diagnose.</source>
        <translation>让你自己的程序连接这个地址，或点“诊断”。</translation>
    </message>
    <message>
        <source>Log in as {user} with the password {password}</source>
        <translation>用户名 {user}，密码 {password}</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>What do you think it is?</source>
        <translation>你认为是什么问题？</translation>
    </message>
    <message>
        <source>That is my guess</source>
        <translation>我猜是这个</translation>
    </message>
    <message>
        <source>What is behind it</source>
        <translation>背后的原因</translation>
    </message>
    <message>
        <source>Show the lesson</source>
        <translation>显示讲解</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>启动</translation>
    </message>
    <message>
        <source>Diagnose</source>
        <translation>诊断</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Right.</source>
        <translation>答对了。</translation>
    </message>
    <message>
        <source>Not this time: it is &quot;{title}&quot;.</source>
        <translation>这次没猜中：答案是“{title}”。</translation>
    </message>
</context>
<context>
    <name>FilterBar</name>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Healthy</source>
        <translation>健康</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>代理</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>协议</translation>
    </message>
    <message>
        <source>TLS</source>
        <translation>TLS</translation>
    </message>
    <message>
        <source>Login</source>
        <translation>登录</translation>
    </message>
    <message>
        <source>Rights</source>
        <translation>权限</translation>
    </message>
    <message>
        <source>Heartbeat</source>
        <translation>心跳</translation>
    </message>
    <message>
        <source>Broker&apos;s health</source>
        <translation>Broker 状态</translation>
    </message>
    <message>
        <source>AMQP and MQTT</source>
        <translation>AMQP 和 MQTT</translation>
    </message>
    <message>
        <source>AMQP</source>
        <translation>AMQP</translation>
    </message>
    <message>
        <source>MQTT</source>
        <translation>MQTT</translation>
    </message>
    <message>
        <source>Every level</source>
        <translation>所有难度</translation>
    </message>
    <message>
        <source>Easy</source>
        <translation>容易</translation>
    </message>
    <message>
        <source>Medium</source>
        <translation>中等</translation>
    </message>
    <message>
        <source>Hard</source>
        <translation>困难</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>难度</translation>
    </message>
    <message>
        <source>Find a scenario</source>
        <translation>查找场景</translation>
    </message>
</context>
<context>
    <name>LabPage</name>
    <message>
        <source>Practice lab</source>
        <translation>练习场</translation>
    </message>
    <message>
        <source>Endpoints on this computer, healthy and broken. Each card names the verdict it should get; its shape is filled once a check has proved it.</source>
        <translation>本机上的端点，有健康的，也有故障的。每张卡片写着应当得到的结论；检查证实之后，图形会变成实心。</translation>
    </message>
    <message>
        <source>Guess first</source>
        <translation>先猜再看</translation>
    </message>
    <message>
        <source>Hides the answers until you have guessed</source>
        <translation>猜过之后才显示答案</translation>
    </message>
    <message>
        <source>Scenarios</source>
        <translation>场景</translation>
    </message>
    <message>
        <source>No scenario fits</source>
        <translation>没有符合的场景</translation>
    </message>
    <message>
        <source>Take a filter away or search for something else.</source>
        <translation>去掉一个筛选条件，或换个词搜索。</translation>
    </message>
    <message>
        <source>Practice lab: fault relay</source>
        <translation>练习场：故障中继</translation>
    </message>
    <message>
        <source>Easy</source>
        <translation>容易</translation>
    </message>
    <message>
        <source>Medium</source>
        <translation>中等</translation>
    </message>
    <message>
        <source>Hard</source>
        <translation>困难</translation>
    </message>
    <message>
        <source>Stop comparing</source>
        <translation>停止比较</translation>
    </message>
    <message>
        <source>Run all and compare</source>
        <translation>全部运行并比较</translation>
    </message>
    <message>
        <source>Practice lab: run and compare</source>
        <translation>练习场：运行并比较</translation>
    </message>
    <message>
        <source>Run these and compare</source>
        <translation>运行这些并比较</translation>
    </message>
    <message>
        <source>{wrong} of {done} verdicts differ</source>
        <translation>{done} 个结论中有 {wrong} 个不符</translation>
    </message>
    <message>
        <source>All {done} verdicts are as they should be ({seconds} s)</source>
        <translation>{done} 个结论全部符合预期（{seconds} 秒）</translation>
    </message>
    <message>
        <source>The lab could not do that</source>
        <translation>练习场无法完成这个操作</translation>
    </message>
</context>
<context>
    <name>RelayPanel</name>
    <message>
        <source>{ms} ms</source>
        <translation>{ms} 毫秒</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>up to {ms} ms</source>
        <translation>最多 {ms} 毫秒</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} 秒</translation>
    </message>
    <message>
        <source>never</source>
        <translation>从不</translation>
    </message>
    <message>
        <source>unlimited</source>
        <translation>不限</translation>
    </message>
    <message>
        <source>{amount} MB/s</source>
        <translation>{amount} MB/s</translation>
    </message>
    <message>
        <source>{amount} kB/s</source>
        <translation>{amount} kB/s</translation>
    </message>
    <message>
        <source>The program has to trust this authority: {file}</source>
        <translation>程序必须信任这个 CA：{file}</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>{live} open, {all} so far</source>
        <translation>{live} 个打开，累计 {all} 个</translation>
    </message>
    <message>
        <source>Turned away</source>
        <translation>被拒绝</translation>
    </message>
    <message>
        <source>Cut when idle</source>
        <translation>空闲时切断</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>重置</translation>
    </message>
    <message>
        <source>Bytes to the broker</source>
        <translation>发往 Broker 的字节</translation>
    </message>
    <message>
        <source>Bytes back</source>
        <translation>返回的字节</translation>
    </message>
    <message>
        <source>Bytes swallowed</source>
        <translation>吞掉的字节</translation>
    </message>
    <message>
        <source>open</source>
        <translation>打开中</translation>
    </message>
    <message>
        <source>Stands between your own program and a broker: spoils the line as you like, and shows what your program sends when it connects. Passwords are never shown or kept.</source>
        <translation>站在你自己的程序与 Broker 之间：按你的意愿干扰线路，并显示程序连接时发送的内容。密码从不显示，也不保存。</translation>
    </message>
    <message>
        <source>Broker</source>
        <translation>Broker</translation>
    </message>
    <message>
        <source>Address of the broker</source>
        <translation>Broker 的地址</translation>
    </message>
    <message>
        <source>TLS</source>
        <translation>TLS</translation>
    </message>
    <message>
        <source>pass on as it is</source>
        <translation>原样转发</translation>
    </message>
    <message>
        <source>TLS for the program only</source>
        <translation>只对程序讲 TLS</translation>
    </message>
    <message>
        <source>TLS for the broker only</source>
        <translation>只对 Broker 讲 TLS</translation>
    </message>
    <message>
        <source>Start the relay</source>
        <translation>启动中继</translation>
    </message>
    <message>
        <source>Stop the relay</source>
        <translation>停止中继</translation>
    </message>
    <message>
        <source>Extra delay</source>
        <translation>附加延迟</translation>
    </message>
    <message>
        <source>Jitter</source>
        <translation>抖动</translation>
    </message>
    <message>
        <source>Bandwidth</source>
        <translation>带宽</translation>
    </message>
    <message>
        <source>Cut after idle</source>
        <translation>空闲多久后切断</translation>
    </message>
    <message>
        <source>by closing</source>
        <translation>正常关闭</translation>
    </message>
    <message>
        <source>by a reset</source>
        <translation>重置</translation>
    </message>
    <message>
        <source>silently, as a firewall forgets</source>
        <translation>悄悄遗忘，像防火墙那样</translation>
    </message>
    <message>
        <source>How an idle connection is cut</source>
        <translation>如何切断空闲连接</translation>
    </message>
    <message>
        <source>Swallow everything</source>
        <translation>吞掉所有数据</translation>
    </message>
    <message>
        <source>Turn new connections away</source>
        <translation>拒绝新连接</translation>
    </message>
    <message>
        <source>Reset all now</source>
        <translation>立即全部重置</translation>
    </message>
    <message>
        <source>Half-close all</source>
        <translation>全部半关闭</translation>
    </message>
    <message>
        <source>Clear the line</source>
        <translation>恢复线路</translation>
    </message>
    <message>
        <source>Point your program at this address</source>
        <translation>让你的程序连接这个地址</translation>
    </message>
    <message>
        <source>Your program</source>
        <translation>你的程序</translation>
    </message>
    <message>
        <source>Nothing has connected yet.</source>
        <translation>还没有程序连接。</translation>
    </message>
</context>
<context>
    <name>Rounds</name>
    <message>
        <source>Comparing: {done} of {all}</source>
        <translation>正在比较：{done} / {all}</translation>
    </message>
</context>
<context>
    <name>ScenarioCard</name>
    <message>
        <source>Riddle {number}</source>
        <translation>谜题 {number}</translation>
    </message>
    <message>
        <source>What is it?</source>
        <translation>是什么？</translation>
    </message>
    <message>
        <source>works</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>not running</source>
        <translation>未启动</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>启动</translation>
    </message>
    <message>
        <source>Diagnose</source>
        <translation>诊断</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Start: {title}</source>
        <translation>启动：{title}</translation>
    </message>
    <message>
        <source>Diagnose: {title}</source>
        <translation>诊断：{title}</translation>
    </message>
    <message>
        <source>as expected</source>
        <translation>符合预期</translation>
    </message>
    <message>
        <source>differs</source>
        <translation>不符</translation>
    </message>
</context>
<context>
    <name>Sides</name>
    <message>
        <source>Scenarios</source>
        <translation>全部场景</translation>
    </message>
    <message>
        <source>Scenario</source>
        <translation>当前场景</translation>
    </message>
    <message>
        <source>Fault relay</source>
        <translation>故障中继</translation>
    </message>
</context>
</TS>
