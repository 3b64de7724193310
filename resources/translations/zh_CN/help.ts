<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>HelpPage</name>
    <message>
        <source>Show what is new</source>
        <translation>查看更新内容</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>mqassist {version} tells why a client cannot talk to its broker, and who has to change what.</source>
        <translation>mqassist {version}：说清客户端为什么连不上 Broker，以及该由谁改什么。</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Report a problem</source>
        <translation>报告问题</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>Find a profile, a page or a command</source>
        <translation>查找配置、页面或命令</translation>
    </message>
    <message>
        <source>Go to the address</source>
        <translation>转到地址栏</translation>
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
        <source>Copy the answer</source>
        <translation>复制答案</translation>
    </message>
    <message>
        <source>Search in the log</source>
        <translation>在日志中搜索</translation>
    </message>
    <message>
        <source>Next hit</source>
        <translation>下一个匹配</translation>
    </message>
    <message>
        <source>Next error in the log</source>
        <translation>日志中的下一个错误</translation>
    </message>
    <message>
        <source>Go to a time or line of the log</source>
        <translation>转到日志中的时间或行</translation>
    </message>
    <message>
        <source>Mark a line with a note</source>
        <translation>标记一行并写备注</translation>
    </message>
    <message>
        <source>Highlight the chosen word in every log</source>
        <translation>在所有日志中高亮所选的词</translation>
    </message>
    <message>
        <source>Explain what is selected</source>
        <translation>解释选中的文字</translation>
    </message>
    <message>
        <source>Pages, in their order</source>
        <translation>按顺序切换页面</translation>
    </message>
    <message>
        <source>Next part of the window</source>
        <translation>窗口的下一个区域</translation>
    </message>
    <message>
        <source>Wide or narrow sidebar</source>
        <translation>展开或收起侧栏</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Faults of mqassist itself are written to files on this computer, without addresses and passwords. Nothing is sent by itself: add such a file and these versions to your report.</source>
        <translation>mqassist 自己的故障会写入本机的文件，不含地址和密码。不会自动发送任何内容：报告问题时，请附上这样的文件和下面的版本信息。</translation>
    </message>
    <message>
        <source>Show the files ({count})</source>
        <translation>打开这些文件（{count}）</translation>
    </message>
    <message>
        <source>No fault was seen so far</source>
        <translation>目前没有发现故障</translation>
    </message>
    <message>
        <source>Copy the last one</source>
        <translation>复制最近一个</translation>
    </message>
    <message>
        <source>mqassist is free software under the MIT licence. It is built on:</source>
        <translation>mqassist 是采用 MIT 许可证的自由软件，使用了：</translation>
    </message>
</context>
</TS>
